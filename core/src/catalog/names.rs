//! Names that PostgreSQL makes: of indexes, constraints, sequences
//! (`makeObjectName`, `ChooseRelationName`, `ChooseConstraintName`, `ChooseIndexName` in its sources).

use super::Catalog;
use super::expression_name::expression_name;
use crate::operation::{IndexElement, Name};

/// The longest name, in bytes.
pub(super) const LONGEST: usize = 63;

/// After so many taken names the search goes on where it last ended.
const TRIES: u32 = 200;

impl Catalog {
    /// A free name for a relation: `first_second_label`, with a number where that is taken. A constraint's index
    /// also avoids the names of constraints.
    pub(super) fn choose_relation_name(
        &mut self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
        constraint: bool,
    ) -> String {
        self.choose(schema, first, second, label, |catalog, name| {
            catalog.names.contains_key(&(schema.to_owned(), name.to_owned()))
                || (constraint && catalog.relations.constraint_name_used(schema, name))
        })
    }

    /// The name that PostgreSQL would choose for something of a table that is new: an index (`idx`), a constraint
    /// (`key`, `check`, …). No relation and no constraint of the schema has it. None where very many do.
    pub(crate) fn free_name(&self, table: &Name, columns: &[&str], label: &str) -> Option<String> {
        let (schema, first) = match self.find(table).known() {
            Some(relation) => (relation.schema.clone(), relation.name.clone()),
            None => self.new_key(table),
        };
        let addition = name_addition(columns.iter().copied());
        let second = (!addition.is_empty()).then_some(addition.as_str());
        (0..TRIES)
            .map(|number| if number == 0 { label.to_owned() } else { format!("{label}{number}") })
            .map(|label| make_object_name(&first, second, &label))
            .find(|name| {
                let taken = self.names.contains_key(&(schema.clone(), name.clone()));
                !taken && !self.relations.constraint_name_used(&schema, name)
            })
    }

    /// A free name for a constraint: no other in the schema has it.
    pub(super) fn choose_constraint_name(
        &mut self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
    ) -> String {
        self.choose(schema, first, second, label, |catalog, name| {
            catalog.relations.constraint_name_used(schema, name)
        })
    }

    fn choose(
        &mut self,
        schema: &str,
        first: &str,
        second: Option<&str>,
        label: &str,
        taken: impl Fn(&Catalog, &str) -> bool,
    ) -> String {
        let plain = make_object_name(first, second, label);
        if !taken(self, &plain) {
            return plain;
        }
        let mut number = 1;
        loop {
            let name = make_object_name(first, second, &format!("{label}{number}"));
            if !taken(self, &name) {
                if number >= TRIES {
                    self.ledger.next_suffix.insert((schema.to_owned(), plain), number + 1);
                }
                return name;
            }
            number += 1;
            if number == TRIES {
                let later = self.ledger.next_suffix.get(&(schema.to_owned(), plain.clone()));
                number = later.copied().unwrap_or(TRIES);
            }
        }
    }
}

/// `first_second_label` in at most 63 bytes: the longer of the first two is cut until it fits.
pub(super) fn make_object_name(first: &str, second: Option<&str>, label: &str) -> String {
    let overhead = second.map_or(0, |_| 1) + label.len() + 1;
    let room = LONGEST.saturating_sub(overhead);
    let (mut one, mut two) = (first.len(), second.map_or(0, str::len));
    while one + two > room {
        if one > two { one -= 1 } else { two = two.saturating_sub(1) }
    }
    let mut name = clip(first, one).to_owned();
    if let Some(second) = second {
        name.push('_');
        name.push_str(clip(second, two));
    }
    name.push('_');
    name.push_str(label);
    name
}

/// The middle part of the name of a constraint or index on several columns: `a_b`.
pub(super) fn name_addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut addition = String::new();
    for column in columns {
        if !addition.is_empty() {
            addition.push('_');
        }
        addition.push_str(column);
        if addition.len() > LONGEST {
            break;
        }
    }
    addition
}

/// The names of an index's own columns: the column, or what PostgreSQL makes of the expression, each once.
pub(super) fn index_column_names(elements: &[IndexElement], include: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let keys = elements.iter().map(|element| match (&element.column, &element.expression) {
        (Some(column), _) => column.text.clone(),
        (None, Some(expression)) => expression_name(expression).unwrap_or_else(|| "expr".to_owned()),
        (None, None) => "expr".to_owned(),
    });
    for original in keys.chain(include.iter().cloned()) {
        let mut name = original.clone();
        let mut number = 1;
        while names.contains(&name) {
            let digits = number.to_string();
            name = format!("{}{digits}", clip(&original, LONGEST.saturating_sub(digits.len())));
            number += 1;
        }
        names.push(name);
    }
    names
}

/// The first `bytes` bytes, cut where a character ends.
pub(super) fn clip(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_evenly() {
        assert_eq!(make_object_name("t", Some("a"), "idx"), "t_a_idx");
        assert_eq!(make_object_name("t", None, "pkey"), "t_pkey");
        let (table, column) = ("t".repeat(40), "c".repeat(40));
        let name = make_object_name(&table, Some(&column), "fkey");
        assert_eq!(name.len(), 63);
        assert_eq!(name, format!("{}_{}_fkey", "t".repeat(29), "c".repeat(28)));
    }

    #[test]
    fn names_are_cut_between_characters() {
        assert_eq!(clip("äöü", 3), "ä");
        assert_eq!(make_object_name(&"ü".repeat(31), None, "pkey"), format!("{}_pkey", "ü".repeat(29)));
    }
}
