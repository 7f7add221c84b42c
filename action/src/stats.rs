//! Reads table sizes of production from a file.
//!
//! The file is a JSON object: `{"tables": {"users": {"rows": 1200000, "bytes": 734003200}}}`, tables named as reports
//! name them, without their schema where it is `public`. Further fields are for later versions.

use std::collections::BTreeMap;
use std::path::Path;

use lockkeeper_core::change::{Stats, TableStats};
use serde::Deserialize;

use crate::Trouble;
use crate::workspace::read_named;

#[derive(Deserialize)]
struct File {
    tables: BTreeMap<String, Table>,
}

#[derive(Deserialize)]
struct Table {
    rows: u64,
    #[serde(default)]
    bytes: u64,
}

/// The sizes in a file.
pub(crate) fn read(path: &Path) -> Result<Stats, Trouble> {
    let bytes = read_named(path).map_err(|fault| {
        Trouble::plain(format!("the table sizes can't be read: {}: {}", path.display(), fault.reason))
    })?;
    parsed(&path.display().to_string(), &bytes)
}

/// The sizes in the content of a file of that name.
pub(crate) fn parsed(name: &str, bytes: &[u8]) -> Result<Stats, Trouble> {
    parse(bytes).map_err(|error| {
        Trouble::new(
            format!("{name} does not hold table sizes: {error}"),
            r#"write {"tables": {"users": {"rows": 1200000, "bytes": 734003200}}}"#,
        )
    })
}

fn parse(bytes: &[u8]) -> Result<Stats, serde_json::Error> {
    let file: File = serde_json::from_slice(bytes)?;
    let sizes = |table: Table| TableStats { rows: table.rows, bytes: table.bytes };
    Ok(Stats { tables: file.tables.into_iter().map(|(name, table)| (name, sizes(table))).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_and_says_where_it_fails() {
        let stats =
            parse(br#"{"pg": 17, "tables": {"billing.invoices": {"rows": 7, "bytes": 8192, "dead": 1}}}"#);
        let expected = TableStats { rows: 7, bytes: 8192 };
        assert_eq!(stats.unwrap().tables["billing.invoices"], expected);
        let error = parse(b"{\n\"tables\": {\"users\": {\"rows\": -1}}}").unwrap_err();
        assert_eq!(error.line(), 2);
    }
}
