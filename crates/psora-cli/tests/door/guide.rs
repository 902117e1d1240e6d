//! The guides to drugs and regimens, followed to the letter.

use crate::world::World;
use std::fs;
use std::path::Path;

const GUIDE: &str = include_str!("../../../../book/src/guides/drug.md");

/// Copies a folder of the library.
fn copy(world: &World, folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    for entry in fs::read_dir(&root).expect("a folder").flatten() {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            copy(world, &name);
        } else {
            let text = fs::read_to_string(entry.path()).expect("a text");
            world.write(&name, &text);
        }
    }
}

#[test]
fn a_new_antibody_takes_one_file_one_line_and_no_rust() {
    let world = World::new("guide");
    copy(&world, "model");
    copy(&world, "populations");
    let file = GUIDE
        .split("```psora\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide shows the file");
    world.write("model/drugs/examplimab.psora", file);
    world.change(
        "model/psoriasis.psora",
        "\nuse\n",
        "\nuse\n  drugs.examplimab\n",
    );
    let said = world.psora("treatments examplimab");
    assert!(said.out.contains("examplimab.label"), "{said:?}");
    let said = world.psora("regimen examplimab.label --weeks 20");
    assert_eq!(said.out.lines().count(), 4, "{said:?}");
    world.write(
        "scenarios/new.toml",
        "title = \"Does it work?\"\npopulation = \"moderate-to-severe\"\npatients = 8\n\
         [measure]\nvisits = \"at 16 week\"\n\
         [[arm]]\nname = \"placebo\"\nregimen = \"placebo\"\n\
         [[arm]]\nname = \"examplimab\"\nregimen = \"examplimab.label\"\n",
    );
    let said = world.psora("run new --json --quiet");
    assert_eq!(said.code, Some(0), "{said:?}");
    let run: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let responders = |arm: usize| run["arms"][arm]["endpoints"][1]["responders"].as_u64();
    // PASI 75 at week 16, of eight patients each.
    assert!(responders(1) > responders(0), "{run:#}");
}

#[test]
fn every_sentence_of_the_guide_to_regimens_gives_doses() {
    let guide = include_str!("../../../../book/src/guides/regimens.md");
    let sentences: Vec<&str> = guide
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .filter_map(|line| line.split('`').nth(1))
        .collect();
    assert!(sentences.len() >= 12, "{sentences:?}");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let world = World::new("sentences");
    for sentence in sentences {
        let mut command = world.command(&format!("--library {root} regimen --weeks 60"));
        let output = command.arg(sentence).output().expect("psora starts");
        let text = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sentence}: {complaint}");
        let given = text.lines().count() > 1;
        assert_eq!(given, sentence != "placebo", "{sentence}: {text}");
    }
}
