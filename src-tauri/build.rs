//! Lists the commands, so that none is allowed unless a capability names it, and makes the released program small.

use std::{env, fs, io, path::PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=../ui/front");
    let commands = tauri_build::AppManifest::new().commands(&[
        "report",
        "front_state",
        "front_action",
        "front_picture",
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
    let is_linux = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux");
    if is_linux && let Err(error) = lay_out_stand_ins() {
        println!("cargo:warning=the engine will load libraries that nobody needs: {error}");
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

/// Where the program looks before the system's libraries: where it is built, and where a package puts it. The same stand in
/// `platform/linux/engine.rs`, which tells the engine's processes.
const STAND_INS: &str = "$ORIGIN/stand-ins:$ORIGIN/../lib/support-kiosk/stand-ins";
/// The names under which the loader finds the stand-in. The last seven are what it has the functions of
/// (`platform/linux/stand_ins/voices.rs`, which says why).
const LIBRARIES: [&str; 8] = [
    "libkiosk_stand_ins.so",
    "libflite_cmu_us_awb.so.1",
    "libflite_cmu_us_kal.so.1",
    "libflite_cmu_us_kal16.so.1",
    "libflite_cmu_us_rms.so.1",
    "libflite_cmu_us_slt.so.1",
    "libflite_cmu_time_awb.so.1",
    "libflite_cmu_grapheme_lex.so.1",
];
/// Leads the graphics library to the stand-in for a driver.
const NO_CARD: &str = "no-card.json";

/// Lays the stand-in beside the program under each of its names. It is one library, and the loader sees that.
#[cfg(unix)]
fn lay_out_stand_ins() -> io::Result<()> {
    let made = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let folder = made.ancestors().nth(3).ok_or(io::ErrorKind::NotFound)?.join("stand-ins");
    fs::create_dir_all(&folder)?;
    for library in LIBRARIES {
        match std::os::unix::fs::symlink("../libkiosk_stand_ins.so", folder.join(library)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    let source = PathBuf::from("src/platform/linux/stand_ins").join(NO_CARD);
    println!("cargo:rerun-if-changed={}", source.display());
    fs::copy(source, folder.join(NO_CARD))?;
    // The old kind of path is the one in which libraries of libraries are looked for, too.
    println!("cargo:rustc-link-arg-bins=-Wl,--disable-new-dtags,-rpath,{STAND_INS}");
    Ok(())
}

#[cfg(not(unix))]
fn lay_out_stand_ins() -> io::Result<()> {
    Ok(())
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
