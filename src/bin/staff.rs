//! The staff's app. `public/staff-boot.js` starts it.

fn main() {
    opencall::staff::mount();
}
