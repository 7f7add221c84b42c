//! Which type of the database a type of Prisma becomes (prisma-engines, `psl/psl-core/src/builtin_connectors`).

use super::syntax::{Attribute, Value};

/// The type of a scalar as SQL; none where the type is not known.
pub(super) fn sql(scalar: &str, attributes: &[Attribute]) -> Option<String> {
    let native = attributes.iter().find_map(|one| Some((one.name.strip_prefix("db.")?, one)));
    if let Some((name, attribute)) = native {
        return written(name, attribute);
    }
    let name = match scalar {
        "String" => "text",
        "Boolean" => "boolean",
        "Int" => "integer",
        "BigInt" => "bigint",
        "Float" => "double precision",
        "Decimal" => "decimal(65,30)",
        "DateTime" => "timestamp(3)",
        "Json" => "jsonb",
        "Bytes" => "bytea",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The type of a column that counts by itself.
pub(super) fn serial(name: &str) -> Option<String> {
    let serial = match name {
        "integer" => "serial",
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => return None,
    };
    Some(serial.to_owned())
}

fn written(name: &str, attribute: &Attribute) -> Option<String> {
    let numbers: Vec<&str> = attribute
        .arguments
        .iter()
        .filter_map(|(_, value)| match value {
            Value::Word(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    let (base, zone) = match name {
        "Text" => ("text", ""),
        "Char" => ("char", ""),
        "VarChar" | "String" => ("varchar", ""),
        "Bit" => ("bit", ""),
        "VarBit" => ("bit varying", ""),
        "Uuid" => ("uuid", ""),
        "Xml" => ("xml", ""),
        "Inet" => ("inet", ""),
        "Citext" => ("citext", ""),
        "Boolean" | "Bool" => ("boolean", ""),
        "Integer" | "Int" | "Int4" => ("integer", ""),
        "SmallInt" | "Int2" => ("smallint", ""),
        "BigInt" | "Int8" => ("bigint", ""),
        "Oid" => ("oid", ""),
        "DoublePrecision" | "Float8" => ("double precision", ""),
        "Real" | "Float4" => ("real", ""),
        "Decimal" => ("decimal", ""),
        "Money" => ("money", ""),
        "Timestamp" => ("timestamp", ""),
        "Timestamptz" => ("timestamp", " with time zone"),
        "Date" => ("date", ""),
        "Time" => ("time", ""),
        "Timetz" => ("time", " with time zone"),
        "Json" => ("json", ""),
        "JsonB" => ("jsonb", ""),
        "ByteA" | "Bytes" => ("bytea", ""),
        _ => return None,
    };
    let length = if numbers.is_empty() { String::new() } else { format!("({})", numbers.join(",")) };
    Some(format!("{base}{length}{zone}"))
}
