//! The way to GitHub: proxies, and certificates of one's own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::conversation::{INDEX, fake, said};
use crate::run::{run_with, synchronize};

/// A proxy that knows CONNECT and nothing else. It writes down what it is asked.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = seen.clone();
                thread::spawn(move || tunnel(stream, &seen));
            }
        });
        Proxy { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn tunnel(mut client: TcpStream, seen: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(head);
    let Ok(server) = TcpStream::connect(&target) else { return };
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let (mut from, mut to) = (server, client);
    drop(std::io::copy(&mut from, &mut to));
}

#[test]
fn requests_go_through_the_proxy_that_the_environment_names() {
    let (fake, proxy) = (fake(INDEX), Proxy::start());
    let address = format!("http://ada:secret@{}", proxy.address);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let before = proxy.asked().len();
        let run = run_with(&fake, &synchronize(&fake), &[], &[(variable, &address)]);
        assert_eq!((run.code, said(&fake)), (1, (1, 1)), "{}", run.stderr);
        let asked = proxy.asked();
        assert!(asked.len() > before, "{variable}");
        assert!(asked.iter().all(|head| head.starts_with("CONNECT 127.0.0.1:")), "{asked:?}");
        // The proxy's own password, and nothing of the token.
        assert!(asked.iter().all(|head| head.to_lowercase().contains("proxy-authorization: basic ")));
        assert!(!asked.iter().any(|head| head.contains("Bearer")), "{asked:?}");
        assert!(!run.stdout.contains("secret") && !run.stderr.contains("secret"));
    }
}

#[test]
fn a_host_without_proxy_is_asked_itself() {
    let (fake, proxy) = (fake(INDEX), Proxy::start());
    let address = format!("http://{}", proxy.address);
    let variables = [("HTTP_PROXY", address.as_str()), ("NO_PROXY", "example.com,127.0.0.1")];
    let run = run_with(&fake, &synchronize(&fake), &[], &variables);
    assert_eq!((run.code, proxy.asked().len()), (1, 0), "{}", run.stderr);
}

#[test]
fn a_proxy_that_is_not_there_is_no_pass() {
    let fake = fake(INDEX);
    let run = run_with(&fake, &synchronize(&fake), &[], &[("HTTP_PROXY", "http://127.0.0.1:9")]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("can't be reached"), "{}", run.stderr);
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let fake = fake(INDEX);
    let variables = [("NODE_EXTRA_CA_CERTS", "/nowhere/ca.pem")];
    let run = run_with(&fake, &synchronize(&fake), &[], &variables);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("/nowhere/ca.pem"), "{}", run.stderr);
}
