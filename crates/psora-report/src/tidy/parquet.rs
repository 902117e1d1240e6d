//! A table as Parquet bytes: one row group a block, Snappy, units and meanings as metadata.

use super::{Column, Kind, Table, Values};
use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{ColumnPath, Type};
use std::borrow::Cow;
use std::sync::Arc;

/// The table as a Parquet file.
///
/// Every column is optional: what is missing is null. The file's metadata holds
/// [`Table::metadata`], and `unit:COLUMN` and `label:COLUMN` for every column.
///
/// # Panics
///
/// Never, unless there is no memory left: the bytes go nowhere but into a vector.
#[must_use]
pub fn parquet(table: &Table<'_>) -> Vec<u8> {
    write(table).expect("a table with one kind a column can be written to memory")
}

fn write(table: &Table<'_>) -> Result<Vec<u8>> {
    let fields: Result<Vec<_>> = table
        .columns
        .iter()
        .map(|c| field(c).map(Arc::new))
        .collect();
    let schema = Type::group_type_builder("psora")
        .with_fields(fields?)
        .build()?;
    let properties = Arc::new(properties(table));
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties)?;
    for block in table.blocks() {
        let mut group = writer.next_row_group()?;
        for values in &block {
            let mut column = group.next_column()?.expect("one set of values a column");
            write_values(&mut column, values)?;
            column.close()?;
        }
        group.close()?;
    }
    writer.into_inner()
}

fn properties(table: &Table<'_>) -> WriterProperties {
    let mut pairs = table.metadata.clone();
    for column in &table.columns {
        pairs.push((format!("unit:{}", column.name), column.unit.clone()));
        pairs.push((format!("label:{}", column.name), column.label.clone()));
    }
    let pairs = pairs
        .into_iter()
        .map(|(key, value)| KeyValue::new(key, value))
        .collect();
    let mut properties = WriterProperties::builder()
        .set_created_by(concat!("psora version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(pairs));
    for column in &table.columns {
        let path = ColumnPath::new(vec![column.name.clone()]);
        properties = match column.kind {
            // Measured values hardly repeat: a dictionary would be built and thrown away.
            Kind::Single => properties.set_column_dictionary_enabled(path, false),
            // A block holds every word of a column: its first and last would prune nothing.
            Kind::Text => properties.set_column_statistics_enabled(path, EnabledStatistics::None),
            Kind::Whole | Kind::Number => properties,
        };
    }
    properties.build()
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Single => (Physical::FLOAT, None),
    };
    Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn write_values(column: &mut SerializedColumnWriter<'_>, values: &Values<'_>) -> Result<()> {
    match values {
        Values::Text(words) => write_some::<ByteArrayType>(column, byte_arrays(words).into_iter()),
        Values::Whole(numbers) => write_some::<Int64Type>(column, numbers.iter().copied()),
        Values::Number(numbers) => write_some::<DoubleType>(
            column,
            numbers
                .iter()
                .map(|&value| value.is_finite().then_some(value)),
        ),
        Values::Single(numbers) => write_some::<FloatType>(
            column,
            numbers
                .iter()
                .map(|&value| value.is_finite().then_some(value)),
        ),
    }
}

/// Words as the writer wants them; a run of the same word shares its bytes.
fn byte_arrays(words: &[Option<Cow<'_, str>>]) -> Vec<Option<ByteArray>> {
    let mut last: Option<(&str, ByteArray)> = None;
    words
        .iter()
        .map(|word| {
            let word = word.as_deref()?;
            match &last {
                Some((known, bytes)) if *known == word => Some(bytes.clone()),
                _ => {
                    let bytes = ByteArray::from(word.as_bytes().to_vec());
                    last = Some((word, bytes.clone()));
                    Some(bytes)
                }
            }
        })
        .collect()
}

fn write_some<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<()> {
    let mut levels = Vec::new();
    let present: Vec<T::T> = values
        .inspect(|value| levels.push(i16::from(value.is_some())))
        .flatten()
        .collect();
    column
        .typed::<T>()
        .write_batch(&present, Some(&levels), None)?;
    Ok(())
}
