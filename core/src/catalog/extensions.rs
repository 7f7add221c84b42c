//! What extensions bring: their types, and of their functions those that stand in defaults, generated columns and
//! indexes. From the extensions' own SQL scripts.

use crate::operation::Volatility;
use Volatility::{Immutable, Stable, Volatile};

/// An extension's contents, as far as they matter.
pub(super) struct Extension {
    name: &'static str,
    pub(super) types: &'static [&'static str],
    pub(super) functions: &'static [(&'static str, Volatility)],
}

/// The extension of that name.
pub(super) fn find(name: &str) -> Option<&'static Extension> {
    EXTENSIONS.iter().find(|extension| extension.name == name)
}

const EXTENSIONS: &[Extension] = &[
    Extension { name: "btree_gist", types: &["gbtreekey4", "gbtreekey8", "gbtreekey16"], functions: &[] },
    Extension {
        name: "citext",
        types: &["citext"],
        functions: &[("citext", Immutable), ("regexp_match", Immutable), ("texticlike", Immutable)],
    },
    Extension {
        name: "cube",
        types: &["cube"],
        functions: &[("cube", Immutable), ("cube_distance", Immutable)],
    },
    Extension { name: "earthdistance", types: &["earth"], functions: &[("ll_to_earth", Immutable)] },
    Extension {
        name: "fuzzystrmatch",
        types: &[],
        functions: &[
            ("levenshtein", Immutable),
            ("soundex", Immutable),
            ("metaphone", Immutable),
            ("dmetaphone", Immutable),
        ],
    },
    Extension {
        name: "hstore",
        types: &["hstore", "ghstore"],
        functions: &[
            ("hstore", Immutable),
            ("hstore_to_json", Immutable),
            ("hstore_to_jsonb", Immutable),
            ("akeys", Immutable),
            ("avals", Immutable),
            ("exist", Immutable),
            ("defined", Immutable),
            ("delete", Immutable),
        ],
    },
    Extension {
        name: "intarray",
        types: &["query_int"],
        functions: &[("uniq", Immutable), ("sort", Immutable)],
    },
    Extension {
        name: "isn",
        types: &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
        functions: &[],
    },
    Extension {
        name: "ltree",
        types: &["ltree", "lquery", "ltxtquery", "ltree_gist"],
        functions: &[
            ("nlevel", Immutable),
            ("subltree", Immutable),
            ("subpath", Immutable),
            ("text2ltree", Immutable),
            ("ltree2text", Immutable),
            ("lca", Immutable),
        ],
    },
    Extension {
        name: "pg_trgm",
        types: &["gtrgm"],
        functions: &[
            ("similarity", Immutable),
            ("word_similarity", Immutable),
            ("strict_word_similarity", Immutable),
            ("show_trgm", Immutable),
            ("set_limit", Volatile),
        ],
    },
    Extension { name: "pg_uuidv7", types: &[], functions: &[("uuid_generate_v7", Volatile)] },
    Extension {
        name: "pgcrypto",
        types: &[],
        functions: &[
            ("gen_random_uuid", Volatile),
            ("gen_random_bytes", Volatile),
            ("gen_salt", Volatile),
            ("crypt", Immutable),
            ("digest", Immutable),
            ("hmac", Immutable),
            ("encrypt", Immutable),
            ("decrypt", Immutable),
            ("pgp_sym_encrypt", Volatile),
            ("pgp_sym_decrypt", Immutable),
            ("pgp_pub_encrypt", Volatile),
        ],
    },
    Extension {
        name: "postgis",
        types: &["geometry", "geography", "box2d", "box3d", "box2df", "gidx", "spheroid"],
        functions: &[
            ("st_makepoint", Immutable),
            ("st_setsrid", Immutable),
            ("st_geomfromtext", Immutable),
            ("st_geogfromtext", Immutable),
            ("st_transform", Immutable),
            ("st_area", Immutable),
            ("st_length", Immutable),
            ("st_centroid", Immutable),
            ("st_asgeojson", Immutable),
            ("st_geomfromgeojson", Immutable),
            ("st_geohash", Immutable),
        ],
    },
    Extension { name: "seg", types: &["seg"], functions: &[] },
    Extension {
        name: "tablefunc",
        types: &[],
        functions: &[("normal_rand", Volatile), ("crosstab", Stable)],
    },
    Extension { name: "unaccent", types: &[], functions: &[("unaccent", Stable)] },
    Extension {
        name: "uuid-ossp",
        types: &[],
        functions: &[
            ("uuid_generate_v1", Volatile),
            ("uuid_generate_v1mc", Volatile),
            ("uuid_generate_v3", Immutable),
            ("uuid_generate_v4", Volatile),
            ("uuid_generate_v5", Immutable),
            ("uuid_nil", Immutable),
            ("uuid_ns_dns", Immutable),
            ("uuid_ns_url", Immutable),
            ("uuid_ns_oid", Immutable),
            ("uuid_ns_x500", Immutable),
        ],
    },
    Extension {
        name: "vector",
        types: &["vector", "halfvec", "sparsevec"],
        functions: &[("l2_distance", Immutable)],
    },
];
