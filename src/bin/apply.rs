//! The applicants' app. `public/boot.js` starts it.

fn main() {
    opencall::apply::mount();
}
