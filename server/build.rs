//! Generates the code that embeds the page (with the feature `web`).

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "web")]
    embed_page()?;
    Ok(())
}

#[cfg(feature = "web")]
fn embed_page() -> std::io::Result<()> {
    use std::path::{Path, PathBuf};
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from);
    let out = out.ok_or_else(|| std::io::Error::other("OUT_DIR isn't set"))?;
    let code = memory_serve::assets_to_code(
        "the page",
        Path::new(hearth_page::FOLDER),
        &out,
        true,
        |_| (),
    );
    std::fs::write(out.join("page.rs"), code)
}
