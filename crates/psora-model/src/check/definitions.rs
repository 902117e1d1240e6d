//! Definitions, open sums and needs: what their expressions come to.

use super::infer::Context;
use super::{Checker, Kind};
use psora_units::Unit;

impl Checker {
    /// The units that a file declares, shortest first among equals: what its reader knows.
    pub(super) fn palette(&self, part: usize) -> Vec<Unit> {
        let tree = &self.whole.parts[part].tree;
        let mut units: Vec<Unit> = Vec::new();
        units.extend(tree.species.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.needs.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.parameters.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.covariates.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.inputs.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.opens.iter().map(|it| it.unit.unit.clone()));
        units.extend(tree.outputs.iter().map(|it| it.unit.unit.clone()));
        units
    }

    /// Infers every definition and open sum, in order.
    pub(super) fn definitions(&mut self) {
        for id in self.whole.order.clone() {
            let item = self.whole.items[id].clone();
            match item.kind {
                Kind::Definition(index) => {
                    let body = self.whole.parts[item.part].tree.definitions[index]
                        .body
                        .clone();
                    let typed = self.infer(&body, &Context::of(item.part));
                    let item = &mut self.whole.items[id];
                    match typed {
                        Some(typed) => {
                            item.dim = Some(typed.dim);
                            item.place = typed.place;
                        }
                        None => item.kind = Kind::Broken,
                    }
                }
                Kind::Open(_) => {
                    let wanted = item.dim.clone().unwrap_or_default();
                    for (part, index) in self.whole.adds.get(&id).cloned().unwrap_or_default() {
                        let add = self.whole.parts[part].tree.adds[index].clone();
                        let Some(typed) = self.infer(&add.body, &Context::of(part)) else {
                            continue;
                        };
                        let place = &mut self.whole.items[id].place;
                        *place = typed.place.max(*place);
                        if !typed.fits(&wanted) {
                            let known = self.palette(part);
                            let unit = wanted.show(&known);
                            let message = format!(
                                "`{}` is an open sum of {unit}, so what is added must be {unit}",
                                item.name
                            );
                            self.fault(part, "wrong-unit", add.body.span, message).label =
                                format!("this is {}", typed.dim.show(&known));
                        }
                    }
                }
                _ => {}
            }
        }
        // What adds to nothing still uses its names.
        for (part, index) in self.homeless.clone() {
            let add = self.whole.parts[part].tree.adds[index].clone();
            self.infer(&add.body, &Context::of(part));
        }
    }

    /// The unit under `needs` is the unit of what is needed.
    pub(super) fn needed_units(&mut self) {
        for part in 0..self.whole.parts.len() {
            for need in self.whole.parts[part].tree.needs.clone() {
                let Some(&id) = self.whole.scopes[part].get(&need.name.text) else {
                    continue;
                };
                let item = &self.whole.items[id];
                let Some(dim) = item.dim.clone() else {
                    continue;
                };
                if item.kind == Kind::Broken || dim == need.unit.unit.dimension().into() {
                    continue;
                }
                let mut known = self.palette(item.part);
                if let Some(unit) = &item.unit {
                    known.insert(0, unit.clone());
                }
                let message = format!(
                    "`{}` of `{}` is {}",
                    need.name.text,
                    need.from.text,
                    dim.show(&known)
                );
                self.fault(part, "wrong-unit", need.unit.span, message)
                    .label = format!("this says [{}]", need.unit.unit.text());
            }
        }
    }
}
