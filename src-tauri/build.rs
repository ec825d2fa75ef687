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
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        if let Err(error) = leave_out_voices() {
            println!("cargo:warning=the engine will load voices that nobody hears: {error}");
        }
    }
    link_small();
}

/// Where the program looks before the system's libraries: where it is built, and where a package puts it. The same stand in
/// `platform/linux/libraries.rs`, which tells the engine's processes.
const LIBRARIES: &str = "$ORIGIN/voices:$ORIGIN/../lib/support-kiosk/voices";
/// What the stand-in has the functions of (`platform/linux/voices/lib.rs`, which says why).
const VOICES: [&str; 7] =
    ["cmu_us_awb", "cmu_us_kal", "cmu_us_kal16", "cmu_us_rms", "cmu_us_slt", "cmu_time_awb", "cmu_grapheme_lex"];

/// Lays the stand-in for the voices beside the program under each of their names. It is one library, and the loader sees that.
#[cfg(unix)]
fn leave_out_voices() -> io::Result<()> {
    let made = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let folder = made.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?.join("voices");
    fs::create_dir_all(&folder)?;
    for voice in VOICES {
        match std::os::unix::fs::symlink("../libkiosk_voices.so", folder.join(format!("libflite_{voice}.so.1"))) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    // The old kind of path is the one that libraries of libraries are looked for in, too.
    println!("cargo:rustc-link-arg-bins=-Wl,--disable-new-dtags,-rpath,{LIBRARIES}");
    Ok(())
}

#[cfg(not(unix))]
fn leave_out_voices() -> io::Result<()> {
    Ok(())
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
