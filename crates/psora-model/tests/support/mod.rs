//! What several tests share: models from strings, equations as text and as numbers.
#![allow(dead_code, reason = "each test file uses some of it")]

use psora_equations::{Expression, Node};
use psora_model::{Diagnostics, Files, Lowered, Model};
use std::collections::BTreeMap;

/// Files that are strings.
#[derive(Debug, Default, Clone)]
pub(crate) struct Texts(pub(crate) BTreeMap<String, String>);

impl Files for Texts {
    fn read(&self, path: &str) -> Result<String, String> {
        self.0
            .get(path)
            .cloned()
            .ok_or_else(|| "there is no such file".to_owned())
    }
}

/// The sources that every example may cite.
pub(crate) const SOURCES: &str = "@article{yao-2018,\n  author = {Yao, Z. and Hu, C. and Zhu, Y.},\n  title = {Population pharmacokinetic modeling of guselkumab},\n  journal = {Journal of Clinical Pharmacology},\n  year = {2018},\n  doi = {10.1002/jcph.1063}\n}\n\n@article{kolbinger-2017,\n  author = {Kolbinger, F. and Loesche, C.},\n  title = {Beta-defensin 2 is a responsive biomarker},\n  journal = {Journal of Allergy and Clinical Immunology},\n  year = {2017}\n}\n";

/// Begins the first line of a text that says under which path it is kept.
pub(crate) const PATH: &str = "path: ";

/// The files of a model whose modules are `texts`, in this order. A text that begins with
/// `model` is the root; without one, a root that uses all others is made.
pub(crate) fn files(texts: &[&str]) -> (String, Texts) {
    let mut all = BTreeMap::from([("sources.bib".to_owned(), SOURCES.to_owned())]);
    let mut root = None;
    let mut paths = Vec::new();
    for text in texts {
        if let Some((path, text)) = text
            .strip_prefix(PATH)
            .and_then(|rest| rest.split_once('\n'))
        {
            all.insert(path.to_owned(), text.to_owned());
            continue;
        }
        let header = text
            .lines()
            .find(|line| line.starts_with("model ") || line.starts_with("module "));
        match header.and_then(|line| line.split_once(' ')) {
            Some(("model", name)) => {
                let file = format!("{}.psora", name.trim());
                all.insert(file.clone(), (*text).to_owned());
                root = Some(file);
            }
            Some((_, path)) => {
                paths.push(path.trim().to_owned());
                all.insert(
                    format!("{}.psora", path.trim().replace('.', "/")),
                    (*text).to_owned(),
                );
            }
            None => {
                paths.push("example".to_owned());
                all.insert("example.psora".to_owned(), (*text).to_owned());
            }
        }
    }
    let root = root.unwrap_or_else(|| {
        let uses: String = paths.iter().map(|path| format!("  {path}\n")).collect();
        all.insert(
            "root.psora".to_owned(),
            format!("model root\n\nuse\n{uses}"),
        );
        "root.psora".to_owned()
    });
    (root, Texts(all))
}

/// The model of these modules.
pub(crate) fn model(texts: &[&str]) -> Result<Model, Diagnostics> {
    let (root, files) = files(texts);
    Model::read(&root, &files)
}

/// The model of these modules, which must read well.
pub(crate) fn good(texts: &[&str]) -> Model {
    model(texts).unwrap_or_else(|faults| panic!("{}", faults.render(false)))
}

/// The faults of these modules, which must have some.
pub(crate) fn faults(texts: &[&str]) -> Diagnostics {
    model(texts)
        .map(|model| model.summary())
        .expect_err("this model has a fault")
}

/// The codes of the faults of these modules, in order.
pub(crate) fn codes(texts: &[&str]) -> Vec<&'static str> {
    faults(texts).list.iter().map(|fault| fault.code).collect()
}

/// What a node is worth.
pub(crate) struct Values<'a> {
    pub(crate) time: f64,
    pub(crate) states: &'a [f64],
    pub(crate) parameters: &'a [f64],
    pub(crate) inputs: &'a [f64],
}

/// Walks the graph in its order.
pub(crate) fn evaluate(lowered: &Lowered, values: &Values<'_>, wanted: &[Node]) -> Vec<f64> {
    let graph = &lowered.equations.graph;
    let mut known: BTreeMap<Node, f64> = BTreeMap::new();
    wanted
        .iter()
        .map(|&node| value(graph, values, &mut known, node))
        .collect()
}

fn value(
    graph: &psora_equations::Graph,
    values: &Values<'_>,
    known: &mut BTreeMap<Node, f64>,
    node: Node,
) -> f64 {
    use Expression as E;
    if let Some(&value) = known.get(&node) {
        return value;
    }
    let mut of = |node| value(graph, values, known, node);
    let result = match graph.expression(node) {
        E::Constant(x) => x,
        E::Time => values.time,
        E::State(i) => values.states[i as usize],
        E::Parameter(i) => values.parameters[i as usize],
        E::Input(i) => values.inputs[i as usize],
        E::Add(a, b) => of(a) + of(b),
        E::Subtract(a, b) => of(a) - of(b),
        E::Multiply(a, b) => of(a) * of(b),
        E::Divide(a, b) => of(a) / of(b),
        E::Negate(a) => -of(a),
        E::Whole(a, n) => of(a).powi(n),
        E::Power(a, b) => of(a).powf(of(b)),
        E::Exp(a) => of(a).exp(),
        E::Ln(a) => of(a).ln(),
        E::Sqrt(a) => of(a).sqrt(),
        E::Minimum(a, b) => of(a).min(of(b)),
        E::Maximum(a, b) => of(a).max(of(b)),
        E::Select(a, b, x, y) => {
            if of(a) < of(b) {
                of(x)
            } else {
                of(y)
            }
        }
    };
    known.insert(node, result);
    result
}

/// Rates at the start, with typical parameters and inputs at zero.
pub(crate) fn rates(lowered: &Lowered) -> Vec<f64> {
    at_start(lowered, &lowered.equations.rates.clone())
}

/// Outputs at the start, with typical parameters and inputs at zero.
pub(crate) fn outputs(lowered: &Lowered) -> Vec<f64> {
    at_start(lowered, &lowered.equations.outputs.clone())
}

fn at_start(lowered: &Lowered, nodes: &[Node]) -> Vec<f64> {
    let parameters: Vec<f64> = lowered.parameters.iter().map(|slot| slot.typical).collect();
    let values = Values {
        time: 0.0,
        states: &lowered.equations.start,
        parameters: &parameters,
        inputs: &vec![0.0; lowered.inputs.len()],
    };
    evaluate(lowered, &values, nodes)
}

/// The equations as text: `dX/dt = ..`, one a state, then the outputs.
pub(crate) fn print(lowered: &Lowered) -> String {
    let mut out = String::new();
    let site = |site: Option<usize>| {
        site.map_or_else(String::new, |site| format!("[{}]", lowered.sites[site]))
    };
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    for (slot, &rate) in lowered.states.iter().zip(&lowered.equations.rates) {
        out.push_str(&format!(
            "d{}{}/dt = {}\n",
            last(&slot.name),
            site(slot.site),
            infix(lowered, rate, 0)
        ));
    }
    for (slot, &node) in lowered.outputs.iter().zip(&lowered.equations.outputs) {
        let unit = if slot.unit == "1" || slot.unit.is_empty() {
            String::new()
        } else {
            format!(" in {}", slot.unit)
        };
        out.push_str(&format!(
            "{}{} = {}{unit}\n",
            slot.name,
            site(slot.site),
            infix(lowered, node, 0)
        ));
    }
    out
}

fn infix(lowered: &Lowered, node: Node, outer: u8) -> String {
    use Expression as E;
    let site = |site: Option<usize>| {
        site.map_or_else(String::new, |site| format!("[{}]", lowered.sites[site]))
    };
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let show = |node, level| infix(lowered, node, level);
    let (level, text) = match lowered.equations.graph.expression(node) {
        E::Constant(x) => (9, format!("{x}")),
        E::Time => (9, "time".to_owned()),
        E::State(i) => {
            let slot = &lowered.states[i as usize];
            (9, last(&slot.name) + &site(slot.site))
        }
        E::Parameter(i) => {
            let slot = &lowered.parameters[i as usize];
            (9, last(&slot.name) + &site(slot.site))
        }
        E::Input(i) => (9, last(&lowered.inputs[i as usize].name)),
        E::Add(a, b) => (1, format!("{} + {}", show(a, 1), show(b, 1))),
        E::Subtract(a, b) => (1, format!("{} - {}", show(a, 1), show(b, 2))),
        E::Multiply(a, b) => (2, format!("{} * {}", show(a, 2), show(b, 2))),
        E::Divide(a, b) => (2, format!("{} / {}", show(a, 2), show(b, 3))),
        E::Negate(a) => (2, format!("-{}", show(a, 3))),
        E::Whole(a, n) => (4, format!("{}^{n}", show(a, 5))),
        E::Power(a, b) => (4, format!("{}^{}", show(a, 5), show(b, 5))),
        E::Exp(a) => (9, format!("exp({})", show(a, 0))),
        E::Ln(a) => (9, format!("ln({})", show(a, 0))),
        E::Sqrt(a) => (9, format!("sqrt({})", show(a, 0))),
        E::Minimum(a, b) => (9, format!("min({}, {})", show(a, 0), show(b, 0))),
        E::Maximum(a, b) => (9, format!("max({}, {})", show(a, 0), show(b, 0))),
        E::Select(a, b, x, y) => (
            0,
            format!(
                "if {} < {} then {} else {}",
                show(a, 1),
                show(b, 1),
                show(x, 1),
                show(y, 1)
            ),
        ),
    };
    if level < outer {
        format!("({text})")
    } else {
        text
    }
}
