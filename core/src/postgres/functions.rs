//! Volatility of functions: what decides whether a column default is computed once or for every row.

use super::Version;
use crate::catalog::{Catalog, Function};
use crate::operation::{Expression, FunctionCall, Operation, Volatility};

/// Whether evaluating an expression may give another value for every row: it calls a volatile function, or one
/// that nothing is known of (`VOLATILE` is what `CREATE FUNCTION` takes where nothing is said; documentation,
/// section 38.7 "Function Volatility Categories").
pub fn is_volatile(expression: &Expression, catalog: &Catalog) -> bool {
    volatile_call(expression, catalog).is_some()
}

/// The first volatile call of an expression.
pub fn volatile_call<'a>(expression: &'a Expression, catalog: &Catalog) -> Option<&'a FunctionCall> {
    expression.calls.iter().find(|call| volatility(call, catalog) == Volatility::Volatile)
}

/// The volatility of a call: of a function that the catalog knows, of one of PostgreSQL's own, or volatile.
pub fn volatility(call: &FunctionCall, catalog: &Catalog) -> Volatility {
    if call.schema.is_none() && is_builtin_and_not_volatile(&call.name) {
        return Volatility::Stable;
    }
    if is_inlined(call, catalog) {
        return Volatility::Stable;
    }
    catalog.volatility(call).unwrap_or(Volatility::Volatile)
}

/// A procedure or function that the statement is there to run, and that neither the catalog nor PostgreSQL's own tell
/// anything of: what it locks and changes is not known.
pub fn unseen_code(operation: &Operation, catalog: &Catalog) -> Option<String> {
    match operation {
        Operation::Call(call) => {
            catalog.functions_named(&call.name).is_empty().then(|| call.name.name.text.clone())
        }
        Operation::Query(query) if query.reads.is_empty() => query
            .calls
            .iter()
            .find(|call| {
                let system = call.schema.as_ref().is_some_and(|schema| schema.starts_with("pg_"));
                let own = call.schema.is_none()
                    && (is_builtin(&call.name)
                        || call.name.starts_with("pg_")
                        || SESSION.contains(&call.name.as_str()));
                !system && !own && catalog.functions_called(call).is_empty()
            })
            .map(|call| call.name.clone()),
        _ => None,
    }
}

/// PostgreSQL's own functions that are called for what they do to the session.
const SESSION: [&str; 2] = ["set_config", "setseed"];

/// A function in SQL of one statement: the planner may put that in its place, so that the volatility which it declares
/// says nothing for sure.
pub(super) fn may_be_inlined(call: &FunctionCall, catalog: &Catalog) -> bool {
    catalog.functions_called(call).iter().any(|function| {
        function.language.as_deref() == Some("sql") && !function.procedure && function.body.len() == 1
    })
}

/// A function in SQL that selects values and calls nothing volatile: the planner puts the values in its place, whatever
/// volatility it declares (`inline_function` in `clauses.c`).
fn is_inlined(call: &FunctionCall, catalog: &Catalog) -> bool {
    let is_steady = |call: &FunctionCall| call.schema.is_none() && is_builtin_and_not_volatile(&call.name);
    let is_simple = |function: &Function| {
        function.language.as_deref() == Some("sql")
            && !function.procedure
            && matches!(function.body.as_slice(), [one] if matches!(&one.operation, Operation::Query(query)
                if query.parsed && query.reads.is_empty() && query.calls.iter().all(is_steady) && query.changes.is_empty() && !query.complex))
    };
    let overloads = catalog.functions_called(call);
    !overloads.is_empty() && overloads.iter().all(is_simple)
}

/// A call of one of PostgreSQL's own functions that this version does not have yet: it fails with 42883.
pub(super) fn missing_call<'a>(
    expression: &'a Expression,
    catalog: &Catalog,
    version: Version,
) -> Option<&'a FunctionCall> {
    expression.calls.iter().find(|call| {
        call.schema.is_none()
            && NEWER
                .iter()
                .any(|(since, names)| !version.at_least(*since) && names.contains(&call.name.as_str()))
            && catalog.volatility(call).is_none()
    })
}

/// Functions by the version that brought them (release notes, "Functions").
const NEWER: &[(u8, &[&str])] = &[
    (14, &["bit_count", "date_bin", "string_to_table", "trim_array", "unistr"]),
    (15, &["regexp_count", "regexp_instr", "regexp_like", "regexp_substr"]),
    (
        16,
        &[
            "any_value",
            "array_sample",
            "array_shuffle",
            "date_add",
            "date_subtract",
            "erf",
            "erfc",
            "pg_input_is_valid",
            "random_normal",
            "system_user",
        ],
    ),
    (17, &["to_bin", "to_oct", "uuid_extract_timestamp", "uuid_extract_version", "xmltext"]),
    (
        18,
        &[
            "array_reverse",
            "array_sort",
            "casefold",
            "crc32",
            "crc32c",
            "gamma",
            "lgamma",
            "uuidv4",
            "uuidv7",
        ],
    ),
];

/// One of PostgreSQL's own functions none of whose forms is immutable (`pg_proc.provolatile`, 13 to 18).
pub(super) fn is_builtin_and_not_immutable(call: &FunctionCall) -> bool {
    call.schema.is_none()
        && NOT_IMMUTABLE.iter().any(|line| line.split(' ').any(|known| known == call.name.as_str()))
}

/// The name of one of PostgreSQL's own functions that expressions, triggers and commands may name.
pub(super) fn is_builtin(name: &str) -> bool {
    let others =
        ["suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"];
    is_builtin_and_not_volatile(name)
        || others.contains(&name)
        || NOT_IMMUTABLE.iter().any(|line| line.split(' ').any(|known| known == name))
}

/// Those that expressions hold: the time, the session, text that depends on settings, chance.
const NOT_IMMUTABLE: &[&str] = &[
    "array_to_json array_to_string clock_timestamp concat concat_ws current_catalog current_database",
    "current_date current_role current_schema current_schemas current_setting current_time",
    "current_timestamp current_user currval format gen_random_uuid inet_client_addr inet_server_addr",
    "json_build_array json_build_object jsonb_build_array jsonb_build_object lastval localtime",
    "localtimestamp nextval now pg_backend_pid random row_to_json session_user setval",
    "statement_timestamp system_user timeofday to_char to_date to_json to_jsonb to_number",
    "transaction_timestamp txid_current user uuidv4 uuidv7 version",
];

fn is_builtin_and_not_volatile(name: &str) -> bool {
    NOT_VOLATILE.iter().any(|line| line.split(' ').any(|known| known == name))
}

/// PostgreSQL's own functions that are immutable or stable (`pg_proc.provolatile` of 15, the functions that
/// 16 to 18 added, and what the grammar makes of keywords), sorted.
const NOT_VOLATILE: &[&str] = &[
    "_pg_char_max_length _pg_char_octet_length _pg_datetime_precision _pg_expandarray _pg_index_position",
    "_pg_interval_type _pg_numeric_precision _pg_numeric_precision_radix _pg_numeric_scale _pg_truetypid",
    "_pg_truetypmod abbrev abs acldefault aclexplode aclinsert aclremove acos acosd acosh age area array",
    "array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position",
    "array_positions array_prepend array_remove array_replace array_reverse array_sort",
    "array_subscript_handler array_to_json array_to_string array_to_tsvector array_unnest_support",
    "array_upper ascii asin asind asinh atan atan2 atan2d atand atanh big5_to_euc_tw big5_to_mic",
    "big5_to_utf8 bit bit_count bit_length bool bool_alltrue bool_anytrue box box_add box_center",
    "box_distance box_intersect box_sub bpchar broadcast btrim cardinality casefold cash_words cast cbrt",
    "ceil ceiling center char char_length character_length chr cidr circle close_ls close_lseg close_pb",
    "close_ps close_sb coalesce col_description collation concat concat_ws convert convert_from",
    "convert_to cos cosd cosh cot cotd crc32 crc32c current_catalog current_database current_date",
    "current_role current_schema current_schemas current_setting current_time current_timestamp",
    "current_user database_to_xml database_to_xml_and_xmlschema database_to_xmlschema date date_add",
    "date_bin date_part date_subtract date_trunc datemultirange daterange daterange_canonical",
    "daterange_subdiff dcbrt decode degrees dexp diagonal diameter dispell_init dispell_lexize dist_bp",
    "dist_bs dist_cpoint dist_cpoly dist_lp dist_ls dist_pathp dist_pb dist_pc dist_polyc dist_polyp",
    "dist_ppath dist_ppoly dist_ps dist_sb dist_sl dist_sp div dlog1 dlog10 dpow dround dsimple_init",
    "dsimple_lexize dsqrt dsynonym_init dsynonym_lexize dtrunc encode enum_first enum_in enum_last",
    "enum_out enum_range enum_recv enum_send erf erfc euc_cn_to_mic euc_cn_to_utf8",
    "euc_jis_2004_to_shift_jis_2004 euc_jis_2004_to_utf8 euc_jp_to_mic euc_jp_to_sjis euc_jp_to_utf8",
    "euc_kr_to_mic euc_kr_to_utf8 euc_tw_to_big5 euc_tw_to_mic euc_tw_to_utf8 exists exp extract",
    "factorial family float4 float4abs float8 float8abs floor fmgr_c_validator fmgr_internal_validator",
    "fmgr_sql_validator format format_type gamma gb18030_to_utf8 gbk_to_utf8 gcd generate_series",
    "generate_series_int4_support generate_series_int8_support generate_subscripts get_bit get_byte",
    "get_current_ts_config getdatabaseencoding getpgusername greatest grouping gtsquery_consistent",
    "gtsvector_consistent height host hostmask inet_client_addr inet_client_port inet_server_addr",
    "inet_server_port initcap int2 int2abs int2int4_sum int2mod int2shl int2shr int4 int4abs int4inc",
    "int4mod int4multirange int4range int4range_canonical int4range_subdiff int4shl int4shr int8 int8_sum",
    "int8abs int8inc_support int8mod int8multirange int8range int8range_canonical int8range_subdiff",
    "int8shl int8shr inter_lb inter_sb inter_sl interval interval_support is_normalized isclosed isempty",
    "isfinite ishorizontal iso8859_1_to_utf8 iso8859_to_utf8 iso_to_koi8r iso_to_mic iso_to_win1251",
    "iso_to_win866 isopen isparallel isperp isvertical johab_to_utf8 json_array_elements",
    "json_array_elements_text json_array_length json_build_array json_build_object json_each",
    "json_each_text json_exists json_extract_path json_extract_path_text json_object json_object_field",
    "json_object_field_text json_object_keys json_populate_record json_populate_recordset json_query",
    "json_scalar json_serialize json_strip_nulls json_table json_to_record json_to_recordset",
    "json_to_tsvector json_typeof json_value jsonb_array_elements jsonb_array_elements_text",
    "jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_exists",
    "jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert",
    "jsonb_object jsonb_object_field jsonb_object_field_text jsonb_object_keys jsonb_path_exists",
    "jsonb_path_exists_opr jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query",
    "jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first jsonb_path_query_first_tz",
    "jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set",
    "jsonb_set_lax jsonb_strip_nulls jsonb_subscript_handler jsonb_to_record jsonb_to_recordset",
    "jsonb_to_tsvector jsonb_typeof justify_days justify_hours justify_interval koi8r_to_iso koi8r_to_mic",
    "koi8r_to_utf8 koi8r_to_win1251 koi8r_to_win866 koi8u_to_utf8 latin1_to_mic latin2_to_mic",
    "latin2_to_win1250 latin3_to_mic latin4_to_mic lcm least left length lgamma like like_escape line ln",
    "localtime localtimestamp log log10 lower lower_inc lower_inf lpad lseg lseg_center lseg_distance",
    "lseg_interpt lseg_intersect lseg_perp lseg_vertical ltrim macaddr macaddr8 macaddr8_set7bit",
    "make_date make_interval make_time make_timestamp make_timestamptz makeaclitem masklen md5",
    "mic_to_big5 mic_to_euc_cn mic_to_euc_jp mic_to_euc_kr mic_to_euc_tw mic_to_iso mic_to_koi8r",
    "mic_to_latin1 mic_to_latin2 mic_to_latin3 mic_to_latin4 mic_to_sjis mic_to_win1250 mic_to_win1251",
    "mic_to_win866 min_scale mod money multirange mxid_age name nameconcatoid netmask network",
    "network_subset_support normalize notlike now npoints nullif num_nonnulls num_nulls numeric",
    "numeric_div_trunc numeric_exp numeric_inc numeric_ln numeric_log numeric_sqrt numeric_support",
    "nummultirange numnode numrange numrange_subdiff obj_description octet_length oid oidvectortypes",
    "on_pb on_ppath on_ps on_sb on_sl overlaps overlay parse_ident path path_add path_add_pt",
    "path_distance path_inter path_npoints path_sub_pt pclose pg_available_extension_versions",
    "pg_available_extensions pg_backend_pid pg_char_to_encoding pg_client_encoding pg_collation_for",
    "pg_column_compression pg_column_is_updatable pg_column_size pg_conf_load_time pg_config",
    "pg_current_snapshot pg_current_xact_id pg_current_xact_id_if_assigned pg_cursor pg_describe_object",
    "pg_encoding_max_length pg_encoding_to_char pg_event_trigger_ddl_commands",
    "pg_event_trigger_dropped_objects pg_event_trigger_table_rewrite_oid",
    "pg_event_trigger_table_rewrite_reason pg_extension_update_paths pg_filenode_relation pg_has_role",
    "pg_identify_object pg_identify_object_as_address pg_index_column_has_property pg_index_has_property",
    "pg_indexam_has_property pg_indexam_progress_phasename pg_is_other_temp_schema pg_listening_channels",
    "pg_mcv_list_items pg_my_temp_schema pg_options_to_table pg_partition_root pg_postmaster_start_time",
    "pg_prepared_statement pg_relation_filenode pg_relation_filepath pg_relation_is_publishable",
    "pg_relation_is_updatable pg_sequence_parameters pg_settings_get_flags pg_show_all_settings",
    "pg_size_bytes pg_size_pretty pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin",
    "pg_tablespace_databases pg_tablespace_location pg_timezone_abbrevs pg_timezone_names",
    "pg_trigger_depth pg_typeof pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name",
    "pg_walfile_name_offset phraseto_tsquery pi plainto_tsquery point point_add point_distance point_sub",
    "point_vert poly_center poly_distance poly_npoints polygon popen position postgresql_fdw_validator",
    "pow power prsd_end prsd_headline prsd_lextype prsd_nexttoken prsd_start querytree quote_ident",
    "quote_literal quote_nullable radians radius range_merge raw_array_subscript_handler regclass",
    "regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace",
    "regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right round row",
    "row_security_active row_to_json rpad rtrim satisfies_hash_partition scale schema_to_xml",
    "schema_to_xml_and_xmlschema schema_to_xmlschema session_user set_bit set_byte set_masklen setweight",
    "sha224 sha256 sha384 sha512 shell_in shell_out shift_jis_2004_to_euc_jis_2004 shift_jis_2004_to_utf8",
    "shobj_description sign similar_escape similar_to_escape sin sind sinh sjis_to_euc_jp sjis_to_mic",
    "sjis_to_utf8 slope split_part sqrt starts_with statement_timestamp string_to_array string_to_table",
    "strip strpos substr substring system_user table_to_xml table_to_xml_and_xmlschema table_to_xmlschema",
    "tan tand tanh text text_starts_with_support texticlike_support texticregexeq_support textlen",
    "textlike_support textregexeq_support thesaurus_init thesaurus_lexize time time_support timestamp",
    "timestamp_support timestamptz timetz timezone to_ascii to_bin to_char to_date to_hex to_json",
    "to_jsonb to_number to_oct to_regclass to_regcollation to_regnamespace to_regoper to_regoperator",
    "to_regproc to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector",
    "transaction_timestamp translate trim trim_array trim_scale trunc ts_debug ts_delete ts_filter",
    "ts_headline ts_lexize ts_parse ts_rank ts_rank_cd ts_rewrite ts_token_type tsmultirange",
    "tsquery_phrase tsrange tsrange_subdiff tstzmultirange tstzrange tstzrange_subdiff tsvector_to_array",
    "txid_current txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax",
    "txid_snapshot_xmin txid_visible_in_snapshot uhc_to_utf8 unistr unnest upper upper_inc upper_inf user",
    "utf8_to_big5 utf8_to_euc_cn utf8_to_euc_jis_2004 utf8_to_euc_jp utf8_to_euc_kr utf8_to_euc_tw",
    "utf8_to_gb18030 utf8_to_gbk utf8_to_iso8859 utf8_to_iso8859_1 utf8_to_johab utf8_to_koi8r",
    "utf8_to_koi8u utf8_to_shift_jis_2004 utf8_to_sjis utf8_to_uhc utf8_to_win uuid_extract_timestamp",
    "uuid_extract_version varbit varbit_support varchar varchar_support version websearch_to_tsquery",
    "width width_bucket win1250_to_latin2 win1250_to_mic win1251_to_iso win1251_to_koi8r win1251_to_mic",
    "win1251_to_win866 win866_to_iso win866_to_koi8r win866_to_mic win866_to_win1251 win_to_utf8",
    "window_dense_rank_support window_rank_support window_row_number_support xid xml xml_is_well_formed",
    "xml_is_well_formed_content xml_is_well_formed_document xmlcomment xmlconcat xmlelement xmlexists",
    "xmlforest xmlparse xmlpi xmlroot xmlserialize xmlvalidate xpath xpath_exists",
];
