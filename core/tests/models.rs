//! Models of every ORM: each folder in `models/<orm>/` is a tree of code, `expected.txt` in it what is read of it.
//!
//! `LOCKKEEPER_WRITE=1` writes what is read; read the difference before it is committed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "tests read their files and fail by panicking"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lockkeeper_core::change::SourceFile;
use lockkeeper_core::code::{Models, models};
use lockkeeper_core::text::{LineIndex, Span};

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let mut cases: Vec<PathBuf> = folders(&root).iter().flat_map(|orm| folders(orm)).collect();
    cases.sort();
    cases
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn files(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(root, &path, found);
        } else if !path.ends_with("expected.txt") {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.push(SourceFile::new(name, fs::read(&path).unwrap()));
        }
    }
}

fn tree(case: &Path) -> Vec<SourceFile> {
    let mut found = Vec::new();
    files(case, case, &mut found);
    found
}

fn read(files: &[SourceFile]) -> Models {
    models::read(&files.iter().collect::<Vec<_>>())
}

/// Where a span stands, and what begins there.
fn place(files: &[SourceFile], path: &str, span: Span) -> String {
    let file = files.iter().find(|file| file.path == path).expect("the file of a model is one of the tree");
    let text = std::str::from_utf8(&file.bytes).unwrap();
    let written = span.of(text);
    assert!(!written.is_empty(), "a span of {path} holds nothing: {span:?}");
    let line = LineIndex::new(text).place(span.start).line;
    let words: Vec<&str> = written.split_whitespace().collect();
    format!("{line}: {}", words.join(" "))
}

fn dump(files: &[SourceFile]) -> String {
    let read = read(files);
    let mut text = String::new();
    for model in &read.models {
        let schema = model.schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
        let incomplete = if model.is_complete { "" } else { ", incomplete" };
        let types = if model.names_every_column { "" } else { ", types only" };
        let head = place(files, &model.path, model.span);
        let _ = writeln!(text, "{} {} → {schema}{}{incomplete}{types}", model.orm, model.name, model.table);
        let _ = writeln!(text, "  {}:{head}", model.path);
        for field in &model.fields {
            let ignored = if field.is_ignored { " (ignored)" } else { "" };
            let at = place(files, &model.path, field.span);
            let _ = writeln!(text, "    {} → {}{ignored}    {at}", field.name, field.column);
        }
    }
    for one in &read.enums {
        let head = place(files, &one.path, one.span);
        let _ = writeln!(text, "{} enum {} → {}\n  {}:{head}", one.orm, one.name, one.type_name, one.path);
        for label in &one.labels {
            let at = place(files, &one.path, label.span);
            let _ = writeln!(text, "    {} → {}    {at}", label.name, label.value);
        }
    }
    text
}

#[test]
fn models_are_read_as_their_orms_read_them() {
    let write = std::env::var_os("LOCKKEEPER_WRITE").is_some();
    let mut wrong = String::new();
    for case in cases() {
        let found = dump(&tree(&case));
        let expected = case.join("expected.txt");
        if write {
            fs::write(&expected, &found).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            let _ = writeln!(wrong, "{}\n{found}", case.display());
        }
    }
    assert!(wrong.is_empty(), "read otherwise than expected.txt says:\n{wrong}");
}

/// Bases of bases, each several times, are read with an end: three to the power of forty would have none.
#[test]
fn many_bases_take_no_time() {
    let mut text = "import sqlalchemy\nfrom django.db import models\n".to_owned();
    for number in 0..40 {
        let base = format!("C{}", number + 1);
        let _ = writeln!(
            text,
            "class C{number}({base}, {base}, {base}, models.Model):\n    a{number} = Column()"
        );
    }
    read(&[SourceFile::new("shop/models.py", text)]);
}

/// A class of many columns, each of which is compared with none of the others.
#[test]
fn many_columns_take_linear_time() {
    let columns: String = (0..20_000).map(|number| format!("  @Column() c{number}: string;\n")).collect();
    let text = format!("import 'typeorm';\n@Entity() class Wide {{\n{columns}}}\n");
    let found = read(&[SourceFile::new("wide.ts", text)]);
    assert_eq!(found.models[0].fields.len(), 20_000);
}

/// Files that end anywhere, with a bracket too many or too few, are read without a panic.
#[test]
fn broken_files_are_read() {
    for case in cases() {
        let whole = tree(&case);
        for number in 0..whole.len() {
            let text = String::from_utf8(whole[number].bytes.clone()).unwrap();
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(23).collect();
            for at in places {
                for broken in [text[..at].to_owned(), format!("{}{{(\"{}", &text[..at], &text[at..])] {
                    let mut files = whole.clone();
                    files[number].bytes = broken.into_bytes();
                    dump(&files);
                }
            }
        }
    }
}

/// Each reader's own words, nested and repeated a hundred thousand times, take no more than time in proportion.
#[test]
fn hostile_files_take_linear_time() {
    let words = [
        (
            "a.ts",
            "import 'typeorm'; import 'sequelize'; import '@mikro-orm/core'; import 'kysely';",
            "@Entity() class A extends B<",
        ),
        ("b.ts", "import 'typeorm'; Tables: { Row: { import 'kysely'", "Tables: { a: { Row: {"),
        ("c.ts", "import 'typeorm'; import 'kysely'; import '@mikro-orm/core'", "interface A extends B<C<"),
        ("d.ts", "import 'sequelize'", "x.define('a', { b: {"),
        ("e.ts", "import 'typeorm'", "@Column({ name: ["),
        ("a.py", "import sqlalchemy, django; models.Model", "class A(models.Model):\n __tablename__ = 'a'\n"),
        ("b.py", "import sqlalchemy, django; models.Model", "Table('a', Column(("),
        ("app/models/a.rb", "ApplicationRecord", "class A < ApplicationRecord\n self.table_name = [\n"),
        ("a.ex", "schema \"a\"", "defmodule A do schema \"a\" do\n field "),
        ("a.rs", "table! sea_orm(", "table! { a (b) { #[sea_orm(table_name = \"x\")] struct A {"),
        ("a.go", "gorm", "type A struct { B `gorm:\"embedded\"`\n"),
        ("A.java", "import jakarta.persistence.Entity;", "@Entity class A extends B { @Id C<"),
        (
            "f.ts",
            "import 'typeorm'",
            "@Entity() class A extends A { @Column(() => A) a: A; @Column(() => A) b: A }",
        ),
        (
            "c.py",
            "import sqlalchemy, django; models.Model",
            "class A(B, B, B, models.Model):\n a = Column()\nclass B(A, A, A):\n b = Column()\n",
        ),
        ("A.kt", "import jakarta.persistence.Entity", "@Entity class A(@Id val b: C<"),
    ];
    for (path, head, word) in words {
        let text = format!("{head}\n{}", word.repeat(600_000 / word.len()));
        read(&[SourceFile::new(path, text)]);
    }
}
