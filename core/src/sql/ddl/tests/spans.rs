//! Every part has the place it is written at.

use super::read;
use crate::operation::{ConstraintKind, Operation, TableAction, TableElement};

#[test]
fn actions_columns_and_constraints() {
    let sql = "ALTER TABLE a.\"T\"\n  ADD COLUMN c numeric(10, 2) DEFAULT (1 + 2) -- why\n NOT NULL CHECK (c > 0) NO INHERIT ,\n  ADD CONSTRAINT k FOREIGN KEY (c) REFERENCES u /* x */ NOT VALID";
    let Some((Operation::AlterTable(alter), None)) = read(sql) else { panic!("not understood") };
    assert_eq!(alter.name.span().of(sql), "a.\"T\"");
    let [first, second] = alter.actions.as_slice() else { panic!("not two actions") };
    assert!(first.span.of(sql).starts_with("ADD COLUMN c") && first.span.of(sql).ends_with("NO INHERIT"));
    assert!(
        second.span.of(sql).starts_with("ADD CONSTRAINT k") && second.span.of(sql).ends_with("NOT VALID")
    );
    let TableAction::AddColumn { column, .. } = &first.kind else { panic!("no column") };
    assert!(column.span.of(sql).starts_with("c numeric") && column.span.of(sql).ends_with("NO INHERIT"));
    assert_eq!(column.type_name.as_ref().map(|one| one.span.of(sql)), Some("numeric(10, 2)"));
    assert_eq!(column.default.as_ref().map(|one| one.span.of(sql)), Some("(1 + 2)"));
    assert_eq!(column.not_null.as_ref().map(|one| one.span.of(sql)), Some("NOT NULL"));
    let [check] = column.constraints.as_slice() else { panic!("not one constraint") };
    assert_eq!(check.span.of(sql), "CHECK (c > 0) NO INHERIT");
    let ConstraintKind::Check(expression) = &check.kind else { panic!("no check") };
    assert_eq!(expression.span.of(sql), "c > 0");
    let TableAction::AddConstraint(key) = &second.kind else { panic!("no constraint") };
    assert_eq!(key.span.of(sql), "CONSTRAINT k FOREIGN KEY (c) REFERENCES u /* x */ NOT VALID");
    assert_eq!(key.not_valid.map(|span| span.of(sql)), Some("NOT VALID"));
}

#[test]
fn attributes_belong_to_the_constraint_of_a_column() {
    let sql = "create table t (a int constraint k unique deferrable initially deferred not null)";
    let Some((Operation::CreateTable(table), None)) = read(sql) else { panic!("not understood") };
    let [TableElement::Column(column)] = table.elements.as_slice() else { panic!("no column") };
    let [unique] = column.constraints.as_slice() else { panic!("not one constraint") };
    assert_eq!(unique.span.of(sql), "constraint k unique deferrable initially deferred");
}

#[test]
fn heads_end_where_concurrently_belongs() {
    let sql = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (lower(a) DESC, b)";
    let Some((Operation::CreateIndex(index), None)) = read(sql) else { panic!("not understood") };
    assert_eq!(index.head.of(sql), "CREATE UNIQUE INDEX");
    assert_eq!(index.concurrently.map(|span| span.of(sql)), Some("CONCURRENTLY"));
    let elements: Vec<_> = index.elements.iter().map(|one| one.span.of(sql)).collect();
    assert_eq!(elements, ["lower(a) DESC", "b"]);
    let expression = index.elements.first().and_then(|one| one.expression.as_ref());
    assert_eq!(expression.map(|one| one.span.of(sql)), Some("lower(a)"));
    let sql = "DROP INDEX IF EXISTS i";
    let Some((Operation::Drop(drop), None)) = read(sql) else { panic!("not understood") };
    assert_eq!(drop.head.of(sql), "DROP INDEX");
}
