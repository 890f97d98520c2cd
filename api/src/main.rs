//! The command `anze`.

fn main() {
    let _ = anze_api::openapi::write(std::path::Path::new(anze_api::openapi::FILE));
}
