//! Writes the JSON Schema of programme documents to standard output:
//! `cargo run -p opencall-core --features native --example schema > schema/programme.schema.json`
fn main() {
    print!("{}", opencall_core::schema::programme_schema());
}
