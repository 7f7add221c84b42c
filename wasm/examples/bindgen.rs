//! Makes JavaScript bindings for a compiled wasm file: `bindgen WASM OUT_FOLDER nodejs|web|bundler`.
//!
//! What `wasm-bindgen-cli` does, without a second tool to install and keep at the same version.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match bind(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bindgen: {message}");
            ExitCode::from(2)
        }
    }
}

fn bind(arguments: &[String]) -> Result<(), String> {
    let [wasm, out, target] = arguments else {
        return Err("usage: bindgen WASM OUT_FOLDER nodejs|web|bundler".to_owned());
    };
    let mut bindgen = Bindgen::new();
    let targeted = match target.as_str() {
        "nodejs" => bindgen.nodejs(true),
        "web" => bindgen.web(true),
        "bundler" => bindgen.bundler(true),
        other => return Err(format!("unknown target `{other}`: nodejs, web or bundler")),
    };
    targeted
        .map(|bindgen| bindgen.input_path(wasm).out_name("lockkeeper").typescript(true))
        .and_then(|bindgen| bindgen.generate(out))
        .map_err(|error| format!("{error:#}"))
}
