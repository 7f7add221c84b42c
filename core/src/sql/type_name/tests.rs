use crate::sql::cursor::tests::{cursor, source};

/// A type as `schema.name(modifiers)[]`.
fn read(text: &str) -> String {
    let source = source(text);
    let mut cursor = cursor(&source);
    let Ok(found) = cursor.type_name() else { return "no type".to_owned() };
    let schema = found.schema.map(|schema| format!("{schema}.")).unwrap_or_default();
    let set = if found.set_of { "setof " } else { "" };
    let modifiers =
        if found.modifiers.is_empty() { String::new() } else { format!("({})", found.modifiers.join(",")) };
    let dimensions = "[]".repeat(found.dimensions.into());
    let left = if cursor.at_end() { String::new() } else { format!(" + {}", cursor.rest().of(text)) };
    assert_eq!(found.span.end as usize, text.len() - left.len().saturating_sub(2), "{text}");
    format!("{set}{schema}{}{modifiers}{dimensions}{left}", found.name)
}

#[test]
fn built_in_names_are_canonical() {
    for (text, expected) in [
        ("int", "int4"),
        ("INTEGER", "int4"),
        ("bigint", "int8"),
        ("smallint", "int2"),
        ("real", "float4"),
        ("double precision", "float8"),
        ("float", "float8"),
        ("float(24)", "float4"),
        ("float(25)", "float8"),
        ("dec(10, 2)", "numeric(10,2)"),
        ("numeric(3,-2)", "numeric(3,-2)"),
        ("boolean", "bool"),
        ("varchar", "varchar"),
        ("character varying (255)", "varchar(255)"),
        ("char", "bpchar(1)"),
        ("character(3)", "bpchar(3)"),
        ("char varying(3)", "varchar(3)"),
        ("bpchar", "bpchar"),
        ("\"char\"", "char"),
        ("nchar(2)", "bpchar(2)"),
        ("national character varying(8)", "varchar(8)"),
        ("bit", "bit(1)"),
        ("bit(3)", "bit(3)"),
        ("bit varying(8)", "varbit(8)"),
        ("timestamp", "timestamp"),
        ("timestamp without time zone", "timestamp"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("time with time zone", "timetz"),
        ("time(0)", "time(0)"),
        ("interval", "interval"),
        ("interval day to second(3)", "interval(day to second,3)"),
        ("interval(2)", "interval(2)"),
        ("serial", "serial"),
        ("serial8", "bigserial"),
        ("text", "text"),
        ("pg_catalog.int4", "int4"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn arrays_sets_and_names() {
    for (text, expected) in [
        ("int[]", "int4[]"),
        ("int[3][3]", "int4[][]"),
        ("int ARRAY", "int4[]"),
        ("int array[4]", "int4[]"),
        ("setof s.t", "setof s.t"),
        ("\"MyType\"[]", "MyType[]"),
        ("public.geography(Point, 4326)", "public.geography(point,4326)"),
        ("s.t.c%TYPE", "s.t.c%type"),
        ("t.c%type[]", "t.c%type[]"),
        ("double", "double"),
        ("int not null", "int4 + not null"),
        ("varchar default 'x'", "varchar + default 'x'"),
        ("", "no type"),
        ("default", "no type"),
        ("'x'", "no type"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}
