//! `bindery serve`: an output folder on the network.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::FAILED;
use super::diagnostics::render;
use super::terminal::{Terminal, err, out};
use crate::catalogue::OPDS_1;
use crate::catalogue::serve::Server;
use crate::paths::shown;
use crate::span::Files;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct Serving {
    /// The folder of editions
    #[arg(value_name = "OUTPUT", default_value = "output")]
    pub folder: PathBuf,
    /// Where to listen: 0.0.0.0:8080 for readers on the network; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "write an IP address and a port, such as `0.0.0.0:8080` or `[::]:8080`".to_owned())
}

/// Serves until it is stopped; gives the exit code where it can't begin.
pub fn serve_command(serving: &Serving) -> u8 {
    let server = match Server::listen(&serving.folder, serving.listen) {
        Ok(server) => server,
        Err(error) => {
            err(&format!("{}\n", render(&error.locate(&Files::default()), Terminal::stderr())));
            return FAILED;
        }
    };
    let addresses = server.addresses();
    let mut text = format!("Serving {} at\n", shown(&serving.folder.to_string_lossy()));
    for address in &addresses {
        text.push_str(&format!("  http://{address}/\n"));
    }
    if let Some(address) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        text.push_str(&format!("For an e-reader on this network, the address of the OPDS catalogue is\n  http://{address}/{OPDS_1}\n"));
    }
    text.push_str("Ctrl-C ends it\n");
    let written = out(&text);
    if written != 0 {
        return written;
    }
    server.run();
    0
}
