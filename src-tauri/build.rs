//! Lists the commands, so that none is allowed unless a capability names it, and makes the released program small.

use std::{env, fs, io, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=../ui/front");
    let commands = tauri_build::AppManifest::new().commands(&[
        "report",
        "front_state",
        "front_action",
        "front_picture",
        "front_painted",
        "staff_pin",
        "staff_act",
        "staff_health",
    ]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        // A build script has no other way to say what is wrong.
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
    if let Err(error) = keep_own() {
        println!("cargo:warning={error}");
        std::process::exit(1);
    }
    link_small();
}

/// Tauri leaves out commands that no capability in a file names (`.cargo/config.toml`): right for its own, but the chat's
/// capability is added while the program runs, so all of ours stay. And it takes in the permissions of all its plugins,
/// for capabilities that name them while it runs: ours name our own commands only.
fn keep_own() -> io::Result<()> {
    let made = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    match fs::remove_file(made.join("allowed-commands.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let file = made.join("acl-manifests.json");
    let mut all: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&fs::read(&file)?)?;
    all.retain(|plugin, _| plugin == "__app-acl__");
    fs::write(file, serde_json::to_vec(&all)?)
}

/// What the profile cannot say: addresses that the loader corrects are packed, which takes a C library of 2022, and the
/// tables for unwinding go. Where it was tried.
fn link_small() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if !(is("TARGET", "x86_64-unknown-linux-gnu") && is("PROFILE", "release")) {
        return;
    }
    let script = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("release.ld");
    println!("cargo:rerun-if-changed={}", script.display());
    for argument in ["-z,pack-relative-relocs", "--no-eh-frame-hdr"] {
        println!("cargo:rustc-link-arg-bins=-Wl,{argument}");
    }
    println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", script.display());
}
