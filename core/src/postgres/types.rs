//! Data types: which conversions of a column leave its heap as it is, which rewrite it, which are refused.
//!
//! PostgreSQL skips the rewrite where the conversion from the old type to the new one is nothing but a relabelling
//! (`ATColumnChangeRequiresRewrite` in `tablecmds.c`; the same in 13 to 18). What is a relabelling follows from
//! `pg_cast` (binary-coercible pairs) and from the planner support functions of the length coercions
//! (`varchar_support`, `numeric_support`, `timestamp_support`, `time_support`, `interval_support`, `varbit_support`).

use super::is_builtin;
use crate::catalog::{Catalog, ConstraintEntry, Domain, TypeKind};
use crate::operation::{Expression, Predicate, Shape, TypeName};

/// What `ALTER COLUMN … TYPE` does to the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    /// Nothing: only the catalog changes.
    Relabel,
    /// Every row is written anew.
    Rewrite,
    /// There is no assignment cast: 42804 without `USING`.
    Refused,
}

/// How a column of type `from` becomes one of type `to`, `using` given or not.
///
/// `timestamp` ↔ `timestamptz` is a relabelling only where the session's `TimeZone` is UTC; where nothing sets it,
/// it is taken to be another.
pub(super) fn conversion(
    from: &TypeName,
    to: &TypeName,
    column: &str,
    using: Option<&Expression>,
    catalog: &Catalog,
) -> Conversion {
    let plain = match using.map(|expression| &expression.shape) {
        None => None,
        Some(Shape::Column(name)) if name == column => None,
        Some(Shape::CastColumn(name, cast)) if name == column => Some(cast),
        Some(_) => return Conversion::Rewrite,
    };
    let relabels = match plain {
        None => relabels(from, to, catalog),
        Some(cast) => relabels(from, cast, catalog) && relabels(cast, to, catalog),
    };
    if relabels {
        Conversion::Relabel
    } else if using.is_none() && !is_assignable(from, to, catalog) {
        Conversion::Refused
    } else {
        Conversion::Rewrite
    }
}

/// A column whose type becomes the other takes all that it took, and gives it as it was: `ALTER COLUMN … TYPE` has
/// nothing to convert (`varchar(10)` to `varchar(20)` or `text`, `numeric(8,2)` to `numeric(10,2)`).
pub(crate) fn keeps_values(from: &TypeName, to: &TypeName, catalog: &Catalog) -> bool {
    relabels(from, to, catalog)
}

/// A type with domains followed to their base.
struct Resolved {
    base: TypeName,
    /// A domain on the way has a constraint.
    constrained: bool,
    /// It is an enum, a composite or another type of the user's.
    user: bool,
    /// Nothing is known of it.
    unknown: bool,
}

fn resolve(name: &TypeName, catalog: &Catalog) -> Resolved {
    let mut base = name.clone();
    let mut constrained = false;
    // A domain over a domain over …: bounded, should somebody write a circle.
    for _ in 0..32 {
        if base.dimensions > 0 {
            break;
        }
        // Written with its schema or without, it is one type.
        if let Some((schema, _)) = catalog.type_key(&base) {
            base.schema = Some(schema);
        }
        match catalog.resolve_type(&base).map(|entry| &entry.kind) {
            Some(TypeKind::Domain(domain)) => {
                constrained |= domain.not_null || domain.constraints.iter().any(|check| check.enforced);
                base = domain.base.clone();
            }
            Some(TypeKind::Enum(_) | TypeKind::Composite(_) | TypeKind::Other) => {
                return Resolved { base, constrained, user: true, unknown: false };
            }
            None => break,
        }
    }
    let unknown = base.schema.is_some() || !is_builtin(&base.name);
    Resolved { base, constrained, user: false, unknown }
}

/// A domain with a check or not-null constraint, directly or through its base: a new column of it rewrites the
/// table even without default (`ATExecAddColumn`; measured on 13 to 18).
pub(super) fn is_constrained_domain(name: &TypeName, catalog: &Catalog) -> bool {
    name.dimensions == 0 && resolve(name, catalog).constrained
}

/// A domain that is `NOT NULL`, directly or through its base.
pub(super) fn is_not_null_domain(name: &TypeName, catalog: &Catalog) -> bool {
    domains(name, catalog).any(|domain| domain.not_null)
}

/// The default of a domain: its own, or its base's.
pub(super) fn domain_default<'a>(name: &TypeName, catalog: &'a Catalog) -> Option<&'a Expression> {
    domains(name, catalog).find_map(|domain| domain.default.as_ref())
}

fn is_domain(name: &TypeName, catalog: &Catalog) -> bool {
    domains(name, catalog).next().is_some()
}

/// The type below all domains.
pub(super) fn base_of(name: &TypeName, catalog: &Catalog) -> TypeName {
    resolve(name, catalog).base
}

/// The domains from a type down to its base; none where it is no domain.
fn domains<'a>(name: &TypeName, catalog: &'a Catalog) -> impl Iterator<Item = &'a Domain> {
    let domain_of = |name: &TypeName| match catalog.resolve_type(name).map(|entry| &entry.kind) {
        Some(TypeKind::Domain(domain)) if name.dimensions == 0 => Some(domain.as_ref()),
        _ => None,
    };
    // Bounded, should somebody write a circle.
    std::iter::successors(domain_of(name), move |domain| domain_of(&domain.base)).take(32)
}

fn relabels(from: &TypeName, to: &TypeName, catalog: &Catalog) -> bool {
    if catalog.same_type(from, to) {
        return true;
    }
    let (source, target) = (resolve(from, catalog), resolve(to, catalog));
    if target.constrained {
        return false;
    }
    // A column of a domain has no length of its own, so that one that is asked for is enforced.
    if !same(from, to) && !target.base.modifiers.is_empty() && is_domain(from, catalog) {
        return false;
    }
    let (source, target) = (source.base, target.base);
    if (source.dimensions > 0) != (target.dimensions > 0) {
        return false;
    }
    if source.dimensions > 0 {
        // Elements are coerced one by one unless type and length stay.
        return same(&source, &target)
            && (target.modifiers.is_empty() || target.modifiers == source.modifiers);
    }
    if same(&source, &target) {
        return lengths_relabel(&source, &target);
    }
    if is_timestamp_pair(&source.name, &target.name) {
        return target.modifiers.is_empty() && is_utc(catalog);
    }
    // After a relabelling the length is unknown, so that any length asked for has to be enforced.
    is_binary_coercible(&source.name, &target.name) && target.modifiers.is_empty()
}

fn same(one: &TypeName, other: &TypeName) -> bool {
    one.schema == other.schema && one.name == other.name && (one.dimensions > 0) == (other.dimensions > 0)
}

/// Whether the length coercion within one type can be skipped.
fn lengths_relabel(from: &TypeName, to: &TypeName) -> bool {
    if from.modifiers == to.modifiers || to.modifiers.is_empty() {
        return true;
    }
    let number =
        |name: &TypeName, place: usize| name.modifiers.get(place).and_then(|text| text.parse::<i64>().ok());
    match to.name.as_str() {
        "varchar" | "varbit" => match (number(from, 0), number(to, 0)) {
            (Some(old), Some(new)) => old <= new,
            _ => false,
        },
        "numeric" => match (number(from, 0), number(to, 0)) {
            (Some(old), Some(new)) => {
                old <= new && number(from, 1).unwrap_or(0) == number(to, 1).unwrap_or(0)
            }
            _ => false,
        },
        // The precision runs from 0 to 6, and none written is 6.
        "timestamp" | "timestamptz" | "time" | "timetz" => {
            number(to, 0).unwrap_or(6) >= number(from, 0).unwrap_or(6).min(6)
        }
        "interval" => interval_relabels(from, to),
        _ => false,
    }
}

/// `interval_support`: the new field restriction keeps every field of the old one, and the precision does not fall.
fn interval_relabels(from: &TypeName, to: &TypeName) -> bool {
    let precision =
        |name: &TypeName| name.modifiers.iter().find_map(|text| text.parse::<i64>().ok()).unwrap_or(6);
    let least = |name: &TypeName| {
        let fields = name.modifiers.iter().find(|text| text.parse::<i64>().is_err());
        match fields.and_then(|text| text.split(' ').next_back()) {
            Some("year") => 5,
            Some("month") => 4,
            Some("day") => 3,
            Some("hour") => 2,
            Some("minute") => 1,
            _ => 0,
        }
    };
    least(to) <= least(from) && (least(from) > 0 || precision(to) >= precision(from))
}

fn is_timestamp_pair(one: &str, other: &str) -> bool {
    matches!((one, other), ("timestamp", "timestamptz") | ("timestamptz", "timestamp"))
}

/// The session's time zone never differs from UTC (`TimestampTimestampTzRequiresRewrite`).
fn is_utc(catalog: &Catalog) -> bool {
    catalog.session.time_zone.as_deref().is_some_and(|zone| {
        let zone = zone.to_ascii_lowercase();
        matches!(
            zone.as_str(),
            "utc"
                | "gmt"
                | "etc/utc"
                | "etc/gmt"
                | "zulu"
                | "etc/zulu"
                | "uct"
                | "etc/uct"
                | "universal"
                | "etc/universal"
                | "greenwich"
                | "etc/greenwich"
                | "gmt0"
                | "etc/gmt0"
                | "gmt+0"
                | "gmt-0"
                | "etc/gmt+0"
                | "etc/gmt-0"
                | "0"
                | "+0"
                | "-0"
                | "+00"
                | "+00:00"
        )
    })
}

const OBJECT_IDS: &[&str] = &[
    "oid",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
];

/// `pg_cast.castmethod = 'b'` (PostgreSQL 13 to 18), and the casts of the extension citext.
fn is_binary_coercible(from: &str, to: &str) -> bool {
    let one_is_object_id =
        (from == "int4" || OBJECT_IDS.contains(&from)) && (to == "int4" || OBJECT_IDS.contains(&to));
    let direct = one_is_object_id && (from == "oid" || to == "oid" || from == "int4" || to == "int4");
    direct
        || matches!(
            (from, to),
            ("text", "varchar" | "bpchar" | "citext")
                | ("varchar", "text" | "bpchar" | "citext")
                | ("citext", "text" | "varchar")
                | ("xml", "text" | "varchar" | "bpchar")
                | ("cidr", "inet")
                | ("bit", "varbit")
                | ("varbit", "bit")
                | ("regproc", "regprocedure")
                | ("regprocedure", "regproc")
                | ("regoper", "regoperator")
                | ("regoperator", "regoper")
        )
}

const NUMBERS: &[&str] = &["int2", "int4", "int8", "float4", "float8", "numeric"];

/// An implicit or assignment cast exists (`pg_cast.castcontext` in 'i', 'a'), or a conversion through text to a
/// string type, which counts as assignment (documentation of `CREATE CAST`).
pub(super) fn is_assignable(from: &TypeName, to: &TypeName, catalog: &Catalog) -> bool {
    let (source, target) = (resolve(from, catalog), resolve(to, catalog));
    if source.unknown || target.unknown || same(&source.base, &target.base) {
        return true;
    }
    let target_is_string =
        matches!(target.base.name.as_str(), "text" | "varchar" | "bpchar" | "name" | "citext");
    // Arrays are turned element by element.
    if target_is_string && (target.base.dimensions == 0 || source.base.dimensions > 0) {
        return true;
    }
    if (source.base.dimensions > 0) != (target.base.dimensions > 0) {
        return false;
    }
    if source.base.dimensions > 0 {
        // Arrays are converted element by element.
        let element = |name: &TypeName| TypeName { dimensions: 0, ..name.clone() };
        return is_assignable(&element(&source.base), &element(&target.base), catalog);
    }
    if source.user || target.user {
        return false;
    }
    let (from, to) = (source.base.name.as_str(), target.base.name.as_str());
    if NUMBERS.contains(&from) && NUMBERS.contains(&to) {
        return true;
    }
    let whole = |name: &str| matches!(name, "int2" | "int4" | "int8");
    if (whole(from) && OBJECT_IDS.contains(&to))
        || (OBJECT_IDS.contains(&from) && matches!(to, "int4" | "int8"))
    {
        return true;
    }
    is_binary_coercible(from, to)
        || matches!(
            (from, to),
            ("int4" | "int8" | "numeric", "money")
                | ("money", "numeric")
                | ("text" | "varchar", "regclass" | "char")
                | ("date", "timestamp" | "timestamptz")
                | ("time", "interval" | "timetz")
                | ("timestamp", "date" | "time" | "timestamptz")
                | ("timestamptz", "date" | "time" | "timestamp" | "timetz")
                | ("interval" | "timetz", "time")
                | ("inet", "cidr")
                | ("macaddr", "macaddr8")
                | ("macaddr8", "macaddr")
                | ("json", "jsonb")
                | ("jsonb", "json")
                | ("point", "box")
                | ("path" | "box", "polygon")
                | ("polygon", "path")
        )
}

/// Values of the type are all of one length, so that they are neither compressed nor kept elsewhere
/// (`pg_type.typlen`).
pub(super) fn has_fixed_length(name: &TypeName, catalog: &Catalog) -> bool {
    let resolved = resolve(name, catalog);
    let fixed = [
        "bool",
        "char",
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "oid",
        "name",
        "date",
        "time",
        "timetz",
        "timestamp",
        "timestamptz",
        "interval",
        "uuid",
        "money",
        "macaddr",
        "macaddr8",
        "point",
        "lseg",
        "box",
        "line",
        "circle",
        "regclass",
    ];
    resolved.base.dimensions == 0
        && !resolved.unknown
        && !resolved.user
        && fixed.contains(&resolved.base.name.as_str())
}

/// The type that a column of `serial` and its likes gets.
pub(super) fn without_serial(name: &TypeName) -> TypeName {
    let real = match name.name.as_str() {
        "serial" => "int4",
        "bigserial" => "int8",
        "smallserial" => "int2",
        other => other,
    };
    TypeName { name: real.to_owned(), ..name.clone() }
}

/// The default of the column, which has the old type, can't become one of the new type by assignment: 42804.
pub(super) fn default_is_refused(from: &TypeName, to: &TypeName, catalog: &Catalog) -> bool {
    !is_assignable(from, to, catalog)
}

/// Whether a foreign key can compare a column with the one it references: the referenced index's operator family
/// knows both types, or the referencing type turns into the referenced one by itself (`ATAddForeignKeyConstraint`).
pub(super) fn can_reference(own: &TypeName, referenced: &TypeName, catalog: &Catalog) -> bool {
    let (own, referenced) = (resolve(own, catalog), resolve(referenced, catalog));
    if own.unknown || referenced.unknown || same(&own.base, &referenced.base) {
        return true;
    }
    if own.base.dimensions > 0 || referenced.base.dimensions > 0 || own.user || referenced.user {
        return false;
    }
    let (own, referenced) = (class_type(&own.base.name), class_type(&referenced.base.name));
    let place = |name: &str| NUMBERS_BY_WIDTH.iter().position(|number| *number == name);
    own == referenced
        || FAMILIES.iter().any(|family| family.contains(&own) && family.contains(&referenced))
        // Numbers widen by themselves, and small ones become identifiers of objects.
        || matches!((place(own), place(referenced)), (Some(own), Some(referenced)) if own <= referenced)
        || (matches!(own, "int2" | "int4" | "int8") && referenced == "oid")
        || matches!(
            (own, referenced),
            ("bpchar" | "name", "text")
                | ("text", "bpchar" | "name")
                | ("date", "timestamp" | "timestamptz")
                | ("timestamp", "timestamptz")
                | ("time", "interval" | "timetz")
                | ("macaddr", "macaddr8")
                | ("bit", "varbit")
                | ("varbit", "bit")
        )
}

/// A string type, domains followed.
pub(super) fn is_string(name: &TypeName, catalog: &Catalog) -> bool {
    let resolved = resolve(name, catalog);
    resolved.unknown
        || (resolved.base.dimensions == 0
            && matches!(resolved.base.name.as_str(), "text" | "varchar" | "bpchar" | "name" | "citext"))
}

/// Whether a comparison of a column with a literal still finds an operator when the column's type changes. The
/// literal keeps the type it had: a whole number beside whole numbers is an integer, every other literal took the
/// column's type. Columns of `varchar` and of domains were cast to their base, which they are cast to again.
pub(super) fn compares_after(from: &TypeName, to: &TypeName, number: bool, catalog: &Catalog) -> bool {
    let (old, new) = (resolve(from, catalog), resolve(to, catalog));
    let cast = old.base.name == "varchar" || !same(from, &old.base);
    if cast || new.unknown || old.unknown {
        return true;
    }
    let literal = if number && matches!(old.base.name.as_str(), "int2" | "int4" | "int8" | "oid") {
        "int4"
    } else {
        old.base.name.as_str()
    };
    if new.base.dimensions > 0 || old.base.dimensions > 0 || old.user || new.user {
        return same(&old.base, &new.base);
    }
    let name = new.base.name.as_str();
    let numeric = |name: &str| NUMBERS.contains(&name) || name == "oid";
    let string = |name: &str| matches!(name, "text" | "varchar" | "bpchar" | "name" | "citext");
    let moment = |name: &str| matches!(name, "date" | "timestamp" | "timestamptz");
    name == literal
        || (numeric(name) && numeric(literal) && (name != "oid" || literal == "int4"))
        || (string(name) && string(literal))
        || (moment(name) && moment(literal))
        || class_type(name) == class_type(literal)
}

/// The checks of a domain and of those below it, as conditions on `value`.
pub(super) fn domain_checks<'a>(name: &TypeName, catalog: &'a Catalog) -> Vec<&'a Predicate> {
    let checks = domains(name, catalog).flat_map(|domain| &domain.constraints);
    checks
        .filter_map(|entry| match &entry.kind {
            ConstraintEntry::Check(check) => Some(&check.predicate),
            _ => None,
        })
        .collect()
}

/// `oid` and the types that are one with a name: they compare with whole numbers, and know no arithmetic.
pub(super) fn is_object_identifier(name: &TypeName, catalog: &Catalog) -> bool {
    let base = base_of(name, catalog);
    base.dimensions == 0 && (base.name == "oid" || (base.schema.is_none() && base.name.starts_with("reg")))
}

/// There is no default operator class for the type in the access method (`pg_opclass`; 13 to 18), so that an index
/// which names none fails with 42704. Where an extension may bring one, nothing is said.
pub(super) fn lacks_operator_class(method: &str, name: &TypeName, catalog: &Catalog) -> bool {
    let resolved = resolve(name, catalog);
    // The only one of PostgreSQL's own extensions with default classes for its own types in GIN.
    let brought = method == "gin" && catalog.extensions.contains_key("btree_gin");
    if resolved.unknown || resolved.user || brought {
        return false;
    }
    let array = resolved.base.dimensions > 0;
    let name = resolved.base.name.as_str();
    let unordered = ["json", "xml", "point", "box", "line", "lseg", "path", "polygon", "circle"];
    match method {
        "gin" => !array && !matches!(name, "jsonb" | "tsvector"),
        "btree" | "hash" => !array && unordered.contains(&name),
        _ => false,
    }
}

/// Types that one btree operator family compares with each other (`pg_amop`; 13 to 18).
const FAMILIES: &[&[&str]] = &[
    &["int2", "int4", "int8"],
    &["float4", "float8"],
    &["date", "timestamp", "timestamptz"],
    &["text", "name"],
];

/// Implicit casts go from left to right.
const NUMBERS_BY_WIDTH: &[&str] = &["int2", "int4", "int8", "numeric", "float4", "float8"];

/// Whether an index on a column may keep its file when the column's type changes without a rewrite: the default
/// operator class is the same, and where that takes any type (arrays, ranges, enums) the type is too
/// (`CheckIndexCompatible` in `indexcmds.c`).
pub(super) fn keeps_operator_class(from: &TypeName, to: &TypeName, catalog: &Catalog) -> bool {
    let (source, target) = (resolve(from, catalog), resolve(to, catalog));
    if source.base.dimensions > 0 || target.base.dimensions > 0 || source.user || target.user {
        return same(&source.base, &target.base);
    }
    class_type(&source.base.name) == class_type(&target.base.name)
}

/// The type whose default operator class serves this one.
fn class_type(name: &str) -> &str {
    match name {
        "varchar" => "text",
        "cidr" => "inet",
        name if OBJECT_IDS.contains(&name) => "oid",
        name => name,
    }
}
