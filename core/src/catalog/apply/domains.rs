//! Domains.

use super::Replay;
use crate::catalog::ledger::Fresh;
use crate::catalog::names::make_object_name;
use crate::catalog::{Constraint as Entry, ConstraintEntry, Domain, TypeKind};
use crate::operation::{AlterDomain, Constraint, ConstraintKind, CreateDomain, DomainAction};

impl Replay<'_> {
    /// `CREATE DOMAIN`
    pub(super) fn create_domain(&mut self, create: &CreateDomain) {
        let key = self.catalog.new_key(&create.name);
        if self.catalog.types.contains_key(&key) {
            return;
        }
        let below = match self.catalog.resolve_type(&create.base).map(|entry| &entry.kind) {
            Some(TypeKind::Domain(below)) => below.default.clone(),
            _ => None,
        };
        let domain = Domain {
            base: self.catalog.qualified(&create.base),
            not_null: create.not_null,
            // A domain over another one starts with that one's default.
            default: create.default.clone().or(below),
            constraints: Vec::new(),
        };
        self.insert_type(key.clone(), TypeKind::Domain(Box::new(domain)));
        for constraint in &create.constraints {
            self.add_domain_constraint(&key, constraint);
        }
    }

    /// `ALTER DOMAIN`
    pub(super) fn alter_domain(&mut self, alter: &AlterDomain) {
        let Some(key) = self.catalog.type_key_of(&alter.name) else { return };
        if let DomainAction::AddConstraint(constraint) = &alter.action {
            self.add_domain_constraint(&key, constraint);
            return;
        }
        let Some(TypeKind::Domain(domain)) = self.catalog.types.get_mut(&key).map(|entry| &mut entry.kind)
        else {
            return;
        };
        match &alter.action {
            DomainAction::SetDefault(default) => domain.default = Some((**default).clone()),
            DomainAction::DropDefault => domain.default = None,
            DomainAction::SetNotNull => domain.not_null = true,
            DomainAction::DropNotNull => domain.not_null = false,
            DomainAction::DropConstraint { name, .. } => {
                domain.constraints.retain(|constraint| constraint.name != name.text);
            }
            DomainAction::ValidateConstraint { name } => {
                for constraint in
                    domain.constraints.iter_mut().filter(|constraint| constraint.name == name.text)
                {
                    constraint.validated = true;
                }
            }
            // A constraint may have been added: none of them is relied on.
            DomainAction::Unknown => {
                domain.constraints.iter_mut().for_each(|constraint| constraint.validated = false);
            }
            DomainAction::AddConstraint(_) => {}
        }
    }

    fn add_domain_constraint(&mut self, key: &(String, String), constraint: &Constraint) {
        if let ConstraintKind::NotNull(_) = constraint.kind {
            if let Some(TypeKind::Domain(domain)) =
                self.catalog.types.get_mut(key).map(|entry| &mut entry.kind)
            {
                domain.not_null = true;
            }
            return;
        }
        let ConstraintKind::Check(check) = &constraint.kind else { return };
        let name = match &constraint.name {
            Some(name) => name.text.clone(),
            None => self.domain_check_name(key),
        };
        let mut entry = Entry::new(name, ConstraintEntry::Check((**check).clone()));
        entry.validated = constraint.not_valid.is_none();
        entry.origin = self.catalog.now;
        if let Some(TypeKind::Domain(domain)) = self.catalog.types.get_mut(key).map(|entry| &mut entry.kind)
            && !domain.constraints.iter().any(|there| there.name == entry.name)
        {
            domain.constraints.push(entry);
        }
        self.catalog.note(Fresh::Type(key.clone()));
    }

    /// `d_check`, with a number where another constraint of the schema has that name.
    fn domain_check_name(&mut self, key: &(String, String)) -> String {
        let in_schema = self.catalog.types.iter().filter(|((schema, _), _)| *schema == key.0);
        let taken: Vec<String> = in_schema
            .filter_map(|(_, entry)| match &entry.kind {
                TypeKind::Domain(domain) => Some(domain.constraints.iter().map(|check| check.name.clone())),
                _ => None,
            })
            .flatten()
            .collect();
        let label = |number: u32| if number == 0 { "check".to_owned() } else { format!("check{number}") };
        (0..u32::MAX)
            .map(|number| make_object_name(&key.1, None, &label(number)))
            .find(|name| !taken.contains(name) && !self.catalog.relations.constraint_name_used(&key.0, name))
            .unwrap_or_default()
    }
}
