//! The stand-in org on its own: `support-kiosk-sandbox [--page PORT] [--frame PORT] [--console PORT]`.

use kiosk_sandbox::{Options, Sandbox};
use std::{io::Write, process::ExitCode};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Nobody left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start(options(std::env::args().skip(1))?).await?;
    let mut out = std::io::stdout();
    writeln!(out, "page     {}", sandbox.page_url())?;
    writeln!(out, "console  {}", sandbox.console_url())?;
    writeln!(out, "site     {}", sandbox.site_url())?;
    writeln!(out, "scrt     {}", sandbox.scrt_url())?;
    writeln!(out, "org      {}", sandbox.org_id())?;
    writeln!(out, "deployment {}", sandbox.deployment())?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(flag) = arguments.next() {
        let port = match flag.as_str() {
            "--page" => &mut options.page_port,
            "--frame" => &mut options.frame_port,
            "--console" => &mut options.console_port,
            _ => return Err(format!("{flag} is not --page, --frame or --console.")),
        };
        *port = arguments
            .next()
            .and_then(|value| value.parse().ok())
            .ok_or_else(|| format!("{flag} needs a port from 0 to 65535."))?;
    }
    Ok(options)
}
