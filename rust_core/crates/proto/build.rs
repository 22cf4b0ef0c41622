//! Compiles `/proto` with protox (pure Rust, no `protoc` binary).

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

const FILES: [&str; 2] = [
    "cift/common/v1/types.proto",
    "cift/matcher/v1/matcher.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../../proto");
    for file in FILES {
        println!("cargo::rerun-if-changed={}", root.join(file).display());
    }
    let descriptors = protox::compile(FILES, [&root])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_server(false)
        .compile_fds(descriptors.clone())?;

    // The server a second time, alone: its session sends bytes that were encoded once for all sessions.
    let server = out.join("server");
    fs::create_dir_all(&server)?;
    tonic_prost_build::configure()
        .build_client(false)
        .out_dir(&server)
        .extern_path(".cift.common.v1", "crate::common::v1")
        .extern_path(".cift.matcher.v1", "crate::matcher::v1")
        .extern_path(".cift.matcher.v1.SessionResponse", "crate::Encoded")
        .compile_fds(descriptors)?;
    Ok(())
}
