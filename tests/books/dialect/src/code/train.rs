//! The going train of the Harbour clock.
/// The wheels, from the great wheel on.
const WHEELS: [u32; 2] = [60, 75];

// ANCHOR: ratio
/// How often the crown wheel turns for one turn of the great wheel.
fn ratio(pinions: [u32; 2]) -> u32 {
    WHEELS.iter().product::<u32>() / pinions.iter().product::<u32>()
}
// ANCHOR_END: ratio

fn main() {
    println!("{}", ratio([8, 10]));
}
