//! Settings of the session, as far as they matter.

use super::{Catalog, Session, Timeouts};
use crate::operation::{Set, SetScope};

impl Default for Session {
    fn default() -> Self {
        Session {
            search_path: vec!["public".to_owned()],
            lock_timeout: None,
            statement_timeout: None,
            time_zone: None,
            given: Timeouts::default(),
        }
    }
}

impl Session {
    /// A session of a role, or begun by a program, that sets these timeouts: they hold until a file sets others, and
    /// again after `RESET`.
    pub fn give(&mut self, given: Timeouts) {
        self.given = given;
        (self.lock_timeout, self.statement_timeout) = (given.lock, given.statement);
    }

    fn set(&mut self, set: &Set) {
        let value = set.values.first().filter(|_| !set.reset);
        match set.parameter.to_ascii_lowercase().as_str() {
            "search_path" if set.reset => self.search_path = Session::default().search_path,
            "search_path" => self.search_path = read_search_path(&set.values),
            "lock_timeout" => set_timeout(&mut self.lock_timeout, value, self.given.lock),
            "statement_timeout" => {
                set_timeout(&mut self.statement_timeout, value, self.given.statement);
            }
            "timezone" | "time zone" => self.time_zone = value.cloned(),
            "all" if set.reset => {
                let given = self.given;
                *self = Session::default();
                self.give(given);
            }
            _ => {}
        }
    }
}

impl Catalog {
    /// `SET`, `RESET`, `set_config`. `SET LOCAL` lasts to the end of the transaction and does nothing outside one.
    pub(super) fn set(&mut self, set: &Set) {
        match (&mut self.ledger.lasting, set.scope) {
            (Some(lasting), SetScope::Session) => {
                lasting.set(set);
                self.session.set(set);
            }
            (None, SetScope::Session) | (Some(_), SetScope::Local) => self.session.set(set),
            (None, SetScope::Local) => {}
        }
    }
}

/// A timeout in milliseconds: `5000`, `'5s'`, `'1.5 min'`. What PostgreSQL would refuse changes nothing.
fn set_timeout(timeout: &mut Option<u64>, value: Option<&String>, given: Option<u64>) {
    match value {
        None => *timeout = given,
        Some(text) => {
            if let Some(milliseconds) = read_milliseconds(text) {
                *timeout = Some(milliseconds);
            }
        }
    }
}

/// A length of time in milliseconds, as PostgreSQL reads settings: `5000`, `5s`, `1.5 min`.
pub(crate) fn read_milliseconds(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text.get(..end)?.parse().ok()?;
    let factor = match text.get(end..)?.trim() {
        "" | "ms" => 1.0,
        "us" => 0.001,
        "s" => 1_000.0,
        "min" => 60_000.0,
        "h" => 3_600_000.0,
        "d" => 86_400_000.0,
        _ => return None,
    };
    let milliseconds = (number * factor).round();
    // PostgreSQL keeps the value in 32 bits with a sign.
    if !(0.0..=f64::from(i32::MAX)).contains(&milliseconds) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(milliseconds as u64)
}

/// The schemas of a `search_path`. The role's own schema is not known; `pg_catalog` and `pg_temp` are searched
/// anyway.
fn read_search_path(values: &[String]) -> Vec<String> {
    values
        .iter()
        .flat_map(|value| value.split(','))
        .map(|schema| schema.trim().trim_matches('"'))
        .filter(|schema| !matches!(*schema, "" | "$user" | "pg_catalog" | "pg_temp"))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_have_units() {
        let read = |text: &str| read_milliseconds(text);
        assert_eq!(read("5000"), Some(5000));
        assert_eq!(read("5s"), Some(5000));
        assert_eq!(read("1min"), Some(60_000));
        assert_eq!(read("1.5 min"), Some(90_000));
        assert_eq!(read("500us"), Some(1));
        assert_eq!(read("2h"), Some(7_200_000));
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("-1"), None);
        assert_eq!(read("5 parsecs"), None);
    }

    #[test]
    fn local_settings_end_with_the_transaction() {
        let set = |scope, value: &str| Set {
            parameter: "lock_timeout".to_owned(),
            values: vec![value.to_owned()],
            scope,
            reset: false,
        };
        let mut catalog = Catalog::default();
        catalog.set(&set(SetScope::Local, "1s"));
        assert_eq!(catalog.session.lock_timeout, None);
        catalog.begin(false);
        catalog.set(&set(SetScope::Session, "2s"));
        catalog.set(&set(SetScope::Local, "3s"));
        assert_eq!(catalog.session.lock_timeout, Some(3000));
        catalog.commit();
        assert_eq!(catalog.session.lock_timeout, Some(2000));
        catalog.begin(false);
        catalog.set(&set(SetScope::Session, "4s"));
        catalog.rollback();
        assert_eq!(catalog.session.lock_timeout, Some(2000));
    }

    #[test]
    fn a_reset_brings_back_what_is_given() {
        let set = |value: Option<&str>, parameter: &str| Set {
            parameter: parameter.to_owned(),
            values: value.into_iter().map(str::to_owned).collect(),
            scope: SetScope::Session,
            reset: value.is_none(),
        };
        let mut catalog = Catalog::default();
        catalog.session.give(Timeouts { lock: Some(5_000), statement: None });
        catalog.set(&set(Some("0"), "lock_timeout"));
        assert_eq!(catalog.session.lock_timeout, Some(0));
        catalog.set(&set(None, "lock_timeout"));
        assert_eq!(catalog.session.lock_timeout, Some(5_000));
        catalog.set(&set(Some("1s"), "statement_timeout"));
        catalog.set(&set(None, "all"));
        assert_eq!((catalog.session.lock_timeout, catalog.session.statement_timeout), (Some(5_000), None));
    }

    #[test]
    fn search_path_leaves_out_what_is_not_a_schema_of_users() {
        let read =
            |values: &[&str]| read_search_path(&values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&[""]), Vec::<String>::new());
        assert_eq!(read(&["$user", "app", "public"]), ["app", "public"]);
        assert_eq!(read(&["\"$user\", app, pg_catalog"]), ["app"]);
    }
}
