fn oil() {}
// ANCHOR: burns
fn burn() {}
