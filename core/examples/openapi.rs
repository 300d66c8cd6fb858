//! Writes the contract to standard output: as OpenAPI 3.1, or with `page` as the page for people.
//! `cargo run -p opencall-core --features native --example openapi > schema/openapi.json`
//! `cargo run -p opencall-core --features native --example openapi -- page > docs/contract.md`
fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("page") => print!("{}", opencall_core::openapi::page()),
        _ => print!("{}", opencall_core::openapi::text()),
    }
}
