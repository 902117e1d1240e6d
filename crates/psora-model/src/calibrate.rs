//! A model with other values of its parameters: what a calibration does.

use crate::check::{Id, Kind, Place};
use crate::model::Model;
use crate::suggest::did_you_mean;
use crate::{Diagnostic, Diagnostics};

/// The name under which faults of values are reported.
const VALUES: &str = "values";

impl Model {
    /// The same model with other values of some parameters, each in its declared unit.
    ///
    /// A name is the full one (`immune.t17.K_IL23`) or its last part where no other module
    /// has it. A parameter with a list of values is set site by site
    /// (`skin.lesion.territory.head`), or as a whole if all sites share one value.
    ///
    /// # Errors
    /// Names that are unknown or not unique, and values outside the parameter's range.
    pub fn with_values(&self, values: &[(String, f64)]) -> Result<Self, Diagnostics> {
        let mut changed = self.clone();
        let mut faults = Vec::new();
        for (name, value) in values {
            if let Err(fault) = changed.set(name, *value) {
                faults.push(*fault);
            }
        }
        if faults.is_empty() {
            Ok(changed)
        } else {
            Err(Diagnostics::of(VALUES, "", faults))
        }
    }

    fn set(&mut self, name: &str, value: f64) -> Result<(), Box<Diagnostic>> {
        let (id, site) = self.find_parameter(name)?;
        let item = &self.whole.items[id];
        let Kind::Parameter(index) = item.kind else {
            return Ok(());
        };
        let parameter = &self.whole.parts[item.part].tree.parameters[index];
        let unit = parameter.unit.unit.text();
        if !value.is_finite() {
            return Err(fault(
                "outside-range",
                format!("`{name}` is set to {value}"),
                None,
            ));
        }
        if let Some((low, high)) = parameter.range
            && !(low.value..=high.value).contains(&value)
        {
            let message = format!(
                "`{name}` is set to {value} {unit}, outside its range {} .. {} {unit}",
                low.value, high.value
            );
            return Err(fault("outside-range", message, None));
        }
        let canonical = value * parameter.unit.unit.factor();
        let mut all = self.value(id);
        match site {
            Some(site) => all[site] = canonical,
            None if all.iter().any(|one| one.to_bits() != all[0].to_bits()) => {
                let help = format!("set one site, as in `{name}.{}`", self.site_name(0));
                let message = format!("`{name}` differs between sites");
                return Err(fault("wrong-list", message, Some(help)));
            }
            None => all.fill(canonical),
        }
        self.values.insert(id, all);
        Ok(())
    }

    fn site_name(&self, site: usize) -> &str {
        let sites = self.whole.sites.as_ref().map(|(_, names)| names);
        sites
            .and_then(|names| names.get(site))
            .map_or("", String::as_str)
    }

    fn find_parameter(&self, name: &str) -> Result<(Id, Option<usize>), Box<Diagnostic>> {
        if let Some(id) = self.parameter_called(name)? {
            return Ok((id, None));
        }
        if let Some((stem, last)) = name.rsplit_once('.')
            && let Some(site) =
                (0..self.whole.site_count()).find(|&site| self.site_name(site) == last)
            && let Some(id) = self.parameter_called(stem)?
            && self.whole.items[id].place == Place::Site
        {
            return Ok((id, Some(site)));
        }
        let names: Vec<String> = self
            .parameters()
            .flat_map(|id| [self.whole.full_name(id), self.whole.items[id].name.clone()])
            .collect();
        let help = did_you_mean(name, names.iter().map(String::as_str));
        Err(fault(
            "unknown-name",
            format!("the model has no parameter `{name}`"),
            help,
        ))
    }

    fn parameters(&self) -> impl Iterator<Item = Id> + '_ {
        let items = &self.whole.items;
        (0..items.len()).filter(|&id| matches!(items[id].kind, Kind::Parameter(_)))
    }

    fn parameter_called(&self, name: &str) -> Result<Option<Id>, Box<Diagnostic>> {
        if let Some(id) = self
            .parameters()
            .find(|&id| self.whole.full_name(id) == name)
        {
            return Ok(Some(id));
        }
        let short: Vec<Id> = self
            .parameters()
            .filter(|&id| self.whole.items[id].name == name)
            .collect();
        match short.as_slice() {
            [] => Ok(None),
            [id] => Ok(Some(*id)),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|&id| format!("`{}`", self.whole.full_name(id)))
                    .collect();
                let message = format!("several parameters are called `{name}`");
                let help = format!("write one of {}", names.join(", "));
                Err(fault("unclear-name", message, Some(help)))
            }
        }
    }
}

fn fault(code: &'static str, message: String, help: Option<String>) -> Box<Diagnostic> {
    let mut fault = Diagnostic::new(code, VALUES, None, message);
    fault.help = help;
    Box::new(fault)
}
