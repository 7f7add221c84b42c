//! Connections to GitHub: through the proxy that the environment names, and with the certificates of the runner.

use std::env;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{AUTHORIZATION, USER_AGENT};
use http::{HeaderValue, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioExecutor;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::extra_headers::ExtraHeadersLayer;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::Trouble;

const CONNECT: Duration = Duration::from_secs(15);
const READ: Duration = Duration::from_secs(60);

/// Certificates beside the system's, as runners behind a proxy of their own name them.
const EXTRA_CERTIFICATES: &str = "NODE_EXTRA_CA_CERTS";

/// Puts a client on a connector; a macro, because each layer is another type.
macro_rules! build {
    ($connector:expr, $address:expr, $headers:expr) => {{
        let mut connector = TimeoutConnector::new($connector);
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_read_timeout(Some(READ));
        OctocrabBuilder::new_empty()
            .with_service(Client::builder(TokioExecutor::new()).build(connector))
            .with_layer(&BaseUriLayer::new($address))
            .with_layer(&ExtraHeadersLayer::new(Arc::new($headers)))
            .with_auth(AuthState::None)
            .build()
    }};
}
/// A client for a server. `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` decide on the way to it.
pub(super) fn octocrab(base: &str, token: Option<&str>) -> Result<Octocrab, Trouble> {
    let address: Uri = base
        .parse()
        .ok()
        .filter(|address: &Uri| address.scheme().is_some() && address.host().is_some())
        .ok_or_else(|| Trouble::plain(format!("{base} is no address of a server")))?;
    let mut headers = vec![(
        USER_AGENT,
        HeaderValue::from_static(concat!("lockkeeper/", env!("CARGO_PKG_VERSION"))),
    )];
    if let Some(token) = token {
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Trouble::plain("the token has characters that no token has"))?;
        bearer.set_sensitive(true);
        headers.push((AUTHORIZATION, bearer));
    }
    let tls = certificates()?;
    let built = match Matcher::from_env().intercept(&address) {
        Some(proxy) => {
            let mut tunnel = Tunnel::new(proxy.uri().clone(), secured(&tls, plain()));
            if let Some(credentials) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(credentials.clone());
            }
            build!(secured(&tls, tunnel), address, headers)
        }
        None => build!(secured(&tls, plain()), address, headers),
    };
    built.map_err(|never| match never {})
}

fn plain() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector
}

fn secured<C>(tls: &ClientConfig, connector: C) -> HttpsConnector<C> {
    HttpsConnectorBuilder::new()
        .with_tls_config(tls.clone())
        .https_or_http()
        .enable_http1()
        .wrap_connector(connector)
}

/// The system's certificates (or those of `SSL_CERT_FILE`), and those that the runner adds to them.
fn certificates() -> Result<ClientConfig, Trouble> {
    // Reading them takes longer than all else about a connection.
    static READ_ONCE: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(known) = READ_ONCE.get() {
        return Ok(known.clone());
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = env::var_os(EXTRA_CERTIFICATES).filter(|path| !path.is_empty()) {
        let unreadable = |error: &dyn std::fmt::Display| {
            let place = path.to_string_lossy().into_owned();
            Trouble::plain(format!("the certificates of {EXTRA_CERTIFICATES}, {place}, can't be read: {error}"))
        };
        let found = CertificateDer::pem_file_iter(&path).map_err(|error| unreadable(&error))?;
        for certificate in found {
            let certificate = certificate.map_err(|error| unreadable(&error))?;
            roots.add(certificate).map_err(|error| unreadable(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::plain(format!("no secure connection can be made: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(READ_ONCE.get_or_init(|| config).clone())
}
