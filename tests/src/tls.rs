//! Certificates, and a server that answers in another's name: its certificate is signed by nobody that anybody knows.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::home::Home;
use crate::process::{self, Owned};
use crate::wait::{self, PATIENCE};

/// `openssl s_server` with a certificate of its own; ends when dropped.
#[derive(Debug)]
pub struct Impostor {
    port: u16,
    requests: Arc<AtomicUsize>,
    _process: Owned,
}

impl Impostor {
    /// Starts it on a free port.
    pub fn start(home: &Home) -> Result<Self> {
        let (key, certificate) = (home.root().join("impostor.key"), home.root().join("impostor.pem"));
        let made = process::command("openssl")
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost", "-keyout"])
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .context("openssl could not be started")?;
        ensure!(made.status.success(), "openssl made no certificate: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = process::command("openssl");
        command.args(["s_server", "-www", "-accept", &format!("127.0.0.1:{port}"), "-key"]).arg(&key);
        command.arg("-cert").arg(&certificate).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = Owned::spawn("openssl", &mut command)?;
        let requests = Arc::new(AtomicUsize::new(0));
        let (out, seen) = (process.take_stdout()?, Arc::clone(&requests));
        // It tells of each connection whose handshake came to its end.
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if line.starts_with("FILE:") || line.contains("GET ") {
                    seen.fetch_add(1, Ordering::SeqCst);
                }
            }
        });
        wait::until("the impostor should listen", PATIENCE, || Ok(TcpStream::connect(("127.0.0.1", port)).ok()))?;
        Ok(Self { port, requests, _process: process })
    }

    /// The address of the page that it would serve.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://localhost:{}/chat", self.port)
    }

    /// How many requests it got.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Makes `NAME.pem` and `NAME.key` in a folder: a certificate for this machine, signed by itself or by another. One that
/// has no name of its own in it is called as its file is.
pub fn certificate(folder: &Path, name: &str, common_name: Option<&str>, by: Option<&str>) -> Result<()> {
    let constraints = if by.is_some() { "CA:FALSE" } else { "CA:TRUE" };
    let subject = format!("/CN={}", common_name.unwrap_or(name).replace('/', "\\/"));
    let mut command = process::command("openssl");
    command
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", &subject, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-addext", &format!("basicConstraints=critical,{constraints}")])
        .args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")])
        .current_dir(folder);
    if let Some(by) = by {
        command.args(["-CA", &format!("{by}.pem"), "-CAkey", &format!("{by}.key")]);
    }
    let made = command.output().context("openssl could not be started")?;
    ensure!(made.status.success(), "openssl made no certificate: {}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}
