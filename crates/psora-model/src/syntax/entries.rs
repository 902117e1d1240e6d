//! The entries of each section, one function a kind, as on the grammar page.

use super::entry::{Entry, Read};
use super::tree::*;

pub(super) fn uses(entry: &mut Entry<'_>) -> Read<Vec<Name>> {
    let mut paths = Vec::new();
    while entry.at < entry.to {
        paths.push(entry.path("the path of a module")?);
    }
    Ok(paths)
}

pub(super) fn tissue(entry: &mut Entry<'_>) -> Read<Tissue> {
    let name = entry.new_name("the name of a tissue")?;
    entry.column(1);
    entry.expect_sign(":", "after the name of the tissue")?;
    let sites = if entry.keyword("body") {
        None
    } else if entry.keyword("site") {
        entry.expect_sign("[", "and the names of the sites")?;
        entry.glue_next();
        let mut sites = Vec::new();
        loop {
            sites.push(entry.new_name("the name of a site")?);
            if !entry.sign(",") {
                break;
            }
            entry.glue_last();
        }
        entry.glue_next();
        entry.expect_sign("]", "after the names of the sites")?;
        Some(sites)
    } else {
        return Err(entry.expected("`body` or `site`"));
    };
    let label = entry.label(2)?;
    entry.end("a tissue")?;
    Ok(Tissue { name, sites, label })
}

pub(super) fn need(entry: &mut Entry<'_>) -> Read<Need> {
    let name = entry.new_name("the name that is needed")?;
    entry.column(1);
    entry.expect_sign(":", "and a unit after the name that is needed")?;
    let unit = entry.unit(&format!("the needed `{}`", name.text))?;
    entry.column(2);
    if !entry.keyword("from") {
        return Err(entry.expected("`from` and the module that declares it"));
    }
    let from = entry.path("the path of a module")?;
    let label = entry.label(3)?;
    entry.end("a need")?;
    Ok(Need {
        name,
        unit,
        from,
        label,
    })
}

fn range(entry: &mut Entry<'_>) -> Read<(Number, Number)> {
    let low = entry.number("the lowest plausible value")?;
    entry.expect_sign("..", "between the lowest and the highest plausible value")?;
    let high = entry.number("the highest plausible value")?;
    Ok((low, high))
}

pub(super) fn covariate(entry: &mut Entry<'_>) -> Read<Covariate> {
    let name = entry.new_name("the name of a covariate")?;
    let thing = format!("covariate `{}`", name.text);
    entry.column(1);
    entry.expect_sign("=", "and the usual value of the covariate")?;
    let value = entry.number("the usual value of the covariate")?;
    entry.column(2);
    let unit = entry.unit(&thing)?;
    entry.column(4);
    if !entry.keyword("range") {
        return Err(entry.expected("`range` and the plausible values"));
    }
    let range = range(entry)?;
    entry.column(5);
    let source = entry.source(&thing);
    let label = entry.label(7)?;
    entry.end("a covariate")?;
    Ok(Covariate {
        name,
        value,
        unit,
        range,
        source,
        label,
    })
}

pub(super) fn declared(entry: &mut Entry<'_>, what: &str) -> Read<Declared> {
    let name = entry.new_name(&format!("the name of an {what}"))?;
    entry.column(1);
    entry.expect_sign(":", &format!("and the unit of the {what}"))?;
    let unit = entry.unit(&format!("{what} `{}`", name.text))?;
    let label = entry.label(2)?;
    entry.end(&format!("an {what}"))?;
    Ok(Declared { name, unit, label })
}

pub(super) fn species(entry: &mut Entry<'_>) -> Read<Species> {
    let name = entry.new_name("the name of a species")?;
    entry.column(1);
    entry.expect_sign("=", "and the starting value of the species")?;
    let start = entry.values("the starting value of the species")?;
    entry.column(2);
    let unit = entry.unit(&format!("species `{}`", name.text))?;
    entry.column(3);
    if !entry.keyword("in") {
        return Err(entry.expected("`in` and the tissue of the species"));
    }
    let tissue = entry.name("the tissue of the species")?;
    let label = entry.label(4)?;
    entry.end("a species")?;
    Ok(Species {
        name,
        start,
        unit,
        tissue,
        label,
    })
}

pub(super) fn parameter(entry: &mut Entry<'_>) -> Read<Parameter> {
    let name = entry.new_name("the name of a parameter")?;
    let thing = format!("parameter `{}`", name.text);
    entry.column(1);
    entry.expect_sign("=", "and the value of the parameter")?;
    let value = entry.values("the value of the parameter")?;
    entry.column(2);
    let unit = entry.unit(&thing)?;
    entry.column(3);
    let tissue = if entry.keyword("in") {
        Some(entry.name("a tissue")?)
    } else {
        None
    };
    entry.column(4);
    let range = if entry.keyword("range") {
        Some(range(entry)?)
    } else {
        if !entry.keyword("fixed") {
            let fault = entry
                .fault("no-range", entry.here(), format!("{thing} has no range"))
                .label("here its range should stand")
                .help("write `range LOW .. HIGH` for the plausible values, or `fixed` for a number that is known exactly");
            entry.faults.push(fault);
        }
        None
    };
    entry.column(5);
    let source = entry.source(&thing);
    let mut parameter = Parameter {
        name,
        value,
        unit,
        tissue,
        range,
        source,
        varies: None,
        with: Vec::new(),
        by: Vec::new(),
        label: String::new(),
    };
    variation(entry, &mut parameter)?;
    parameter.label = entry.label(7)?;
    entry.end("a parameter")?;
    Ok(parameter)
}

fn variation(entry: &mut Entry<'_>, parameter: &mut Parameter) -> Read<()> {
    loop {
        if entry.is_keyword(0, "varies") && parameter.varies.is_none() {
            entry.column(6);
            entry.at += 1;
            let spread = match entry.word(0) {
                "lognormal" => Spread::Lognormal,
                "normal" => Spread::Normal,
                "logit" => Spread::Logit,
                _ => return Err(entry.expected("`lognormal`, `normal` or `logit`")),
            };
            entry.at += 1;
            parameter.varies = Some((spread, entry.number("the spread between patients")?));
        } else if entry.keyword("with") {
            let other = entry.name("a parameter that varies together with this one")?;
            let correlation = entry.number("the correlation, -1 to 1")?;
            parameter.with.push((other, correlation));
        } else if entry.keyword("by") {
            loop {
                let effect = effect(entry)?;
                parameter.by.push(effect);
                if !entry.sign(",") {
                    break;
                }
                entry.glue_last();
            }
        } else {
            return Ok(());
        }
    }
}

fn effect(entry: &mut Entry<'_>) -> Read<Effect> {
    let covariate = entry.name("a covariate")?;
    if entry.keyword("x") {
        let factor = entry.number("the factor of a patient who has it")?;
        return Ok(Effect::Factor { covariate, factor });
    }
    entry.expect_sign("/", "and a reference value, or `x` and a factor")?;
    let reference = entry.number("the reference value")?;
    let unit = entry.unit_before_caret()?;
    entry.expect_sign("^", "and an exponent")?;
    let exponent = entry.number("an exponent")?;
    Ok(Effect::Power {
        covariate,
        reference,
        unit,
        exponent,
    })
}

pub(super) fn function(entry: &mut Entry<'_>) -> Read<Function> {
    let name = entry.new_name("the name of a function")?;
    entry.glue_next();
    entry.expect_sign("(", "and the arguments of the function")?;
    entry.glue_next();
    let mut arguments = Vec::new();
    loop {
        arguments.push(entry.new_name("an argument")?);
        if !entry.sign(",") {
            break;
        }
        entry.glue_last();
    }
    entry.glue_next();
    entry.expect_sign(")", "after the arguments")?;
    entry.column(1);
    entry.expect_sign("=", "and what the function is")?;
    let body = entry.expression()?;
    let label = entry.label(2)?;
    entry.end("a function")?;
    Ok(Function {
        name,
        arguments,
        body,
        label,
    })
}

pub(super) fn definition(entry: &mut Entry<'_>) -> Read<Definition> {
    let name = entry.new_name("a name")?;
    entry.column(1);
    entry.expect_sign("=", "after the name")?;
    let body = entry.expression()?;
    let label = entry.label(2)?;
    entry.end("a definition")?;
    Ok(Definition { name, body, label })
}

pub(super) fn reaction(entry: &mut Entry<'_>) -> Read<Reaction> {
    let name = entry.words("the name of a reaction in words")?;
    if entry.is_name(0) && entry.is_sign(1, "'") {
        let species = entry.name("a species")?;
        entry.at += 1;
        entry.glue_last();
        entry.expect_sign("=", "and a rate of change")?;
        let rate = entry.expression()?;
        entry.end("a reaction")?;
        let kind = ReactionKind::Change(species);
        return Ok(Reaction { name, kind, rate });
    }
    let from = entry.participants()?;
    entry.column(2);
    entry.expect_sign("->", "of the reaction")?;
    let to = entry.participants()?;
    entry.column(3);
    if !entry.keyword("at") {
        return Err(entry.expected("`at` and the rate of the reaction"));
    }
    let rate = entry.expression()?;
    entry.end("a reaction")?;
    let kind = ReactionKind::Flow { from, to };
    Ok(Reaction { name, kind, rate })
}

pub(super) fn route(entry: &mut Entry<'_>) -> Read<Route> {
    let name = entry.new_name("the name of a route")?;
    entry.column(1);
    entry.expect_sign(":", "after the name of the route")?;
    if !entry.keyword("into") {
        return Err(entry.expected("`into` and the species that a dose is added to"));
    }
    let into = entry.name("the species that a dose is added to")?;
    let label = entry.label(2)?;
    entry.end("a route")?;
    Ok(Route { name, into, label })
}

pub(super) fn regimen(entry: &mut Entry<'_>) -> Read<Regimen> {
    let name = entry.new_name("the name of a regimen")?;
    let thing = format!("regimen `{}`", name.text);
    entry.column(1);
    entry.expect_sign(":", "after the name of the regimen")?;
    let from = entry.at;
    while entry.at < entry.to && !entry.is_sign(0, "[") {
        entry.at += 1;
    }
    if entry.at == from {
        return Err(entry.expected("what is given when, as in `300 mg sc every 4 week`"));
    }
    entry.keep_spacing(from);
    let span = entry.since(from);
    let text = Name {
        text: super::pieces::plain(&entry.source.text[span.range()]),
        span,
    };
    entry.column(5);
    let source = entry.source(&thing);
    let label = entry.label(7)?;
    entry.end("a regimen")?;
    Ok(Regimen {
        name,
        text,
        source,
        label,
    })
}

pub(super) fn output(entry: &mut Entry<'_>) -> Read<Output> {
    let name = entry.new_name("the name of an output")?;
    entry.column(1);
    entry.expect_sign("=", "after the name of the output")?;
    let body = entry.expression()?;
    entry.column(2);
    if !entry.keyword("in") {
        return Err(entry.expected("`in` and the unit of the output"));
    }
    let unit = entry.unit(&format!("output `{}`", name.text))?;
    let label = entry.label(3)?;
    entry.end("an output")?;
    Ok(Output {
        name,
        body,
        unit,
        label,
    })
}

pub(super) fn check(entry: &mut Entry<'_>) -> Read<Check> {
    let begin = entry.at;
    let name = entry.words("the claim that is checked, in words")?;
    let mut plaque = false;
    if entry.keyword("from") {
        plaque = match entry.word(0) {
            "healthy" => false,
            "plaque" => true,
            _ => return Err(entry.expected("`healthy` or `plaque`")),
        };
        entry.at += 1;
    }
    let mut with = Vec::new();
    if entry.keyword("with") {
        loop {
            let name = entry.name("a name to set")?;
            entry.expect_sign("=", "and its value in this check")?;
            with.push((name, entry.expression()?));
            if !entry.sign(",") {
                break;
            }
            entry.glue_last();
            if entry.is_keyword(0, "at") {
                break;
            }
        }
    }
    if !entry.keyword("at") {
        return Err(entry.expected("`at` and the time of the check"));
    }
    let at = entry.number("the time of the check")?;
    let unit = entry.unit("the time of the check")?;
    entry.glue_next();
    entry.expect_sign(",", "after the time of the check")?;
    let left = entry.expression()?;
    let less = entry.comparison()?;
    let right = entry.expression()?;
    entry.column(5);
    let thing = format!("check `{}`", name.text);
    let source = entry.source(&thing);
    entry.end("a check")?;
    Ok(Check {
        name,
        plaque,
        with,
        at,
        unit,
        left,
        less,
        right,
        source,
        span: entry.since(begin),
    })
}
