//! Reads a programme document from standard input and names its faults:
//! `cargo run -p opencall-core --features native --example programme < public/programmes/….json`
fn main() -> std::io::Result<()> {
    let json = std::io::read_to_string(std::io::stdin())?;
    match opencall_core::Programme::load(&json) {
        Ok(programme) => println!("{} holds together: {} steps", programme.id, programme.steps.len()),
        Err(faults) => {
            faults.iter().for_each(|fault| println!("{fault}"));
            std::process::exit(1);
        }
    }
    Ok(())
}
