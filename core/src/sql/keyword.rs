//! Words that PostgreSQL keeps for itself.

/// Words that PostgreSQL takes for no name of a table or column unless quoted (its reserved keywords). Left out are
/// the words that stand for roles, and `left`, `right` and the like, which may name functions.
const RESERVED: [&str; 73] = [
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_catalog",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "some",
    "symmetric",
    "system_user",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "using",
    "variadic",
    "when",
    "where",
    "window",
];

/// Words that a statement of PostgreSQL begins with.
const STATEMENT: [&str; 55] = [
    "abort",
    "alter",
    "analyse",
    "analyze",
    "begin",
    "call",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "do",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "import",
    "insert",
    "listen",
    "load",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "repack",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "select",
    "set",
    "show",
    "start",
    "table",
    "truncate",
    "unlisten",
    "update",
    "vacuum",
    "values",
    "wait",
    "with",
];

/// The word names nothing without quotes.
pub(super) fn is_reserved(word: &str) -> bool {
    find(&RESERVED, word)
}

/// A statement begins with the word.
pub(super) fn begins_statement(word: &str) -> bool {
    find(&STATEMENT, word)
}

fn find(sorted: &[&str], word: &str) -> bool {
    let order = |entry: &&str| entry.bytes().cmp(word.bytes().map(|byte| byte.to_ascii_lowercase()));
    sorted.binary_search_by(order).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(RESERVED.is_sorted());
        assert!(STATEMENT.is_sorted());
    }

    #[test]
    fn case_does_not_matter() {
        assert!(is_reserved("SeLect"));
        assert!(!is_reserved("name"));
        assert!(begins_statement("ALTER"));
        assert!(!begins_statement("all"));
    }
}
