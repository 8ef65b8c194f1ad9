use super::*;

fn mermaid_drawn(source: &str) -> Drawn {
    drawn(Language::Mermaid, source).unwrap_or_else(|refusal| panic!("{source}: {}", refusal.message))
}

#[test]
fn scratch() {
    for entry in std::fs::read_dir("/tmp/w/dia").expect("dir") {
        let path = entry.expect("entry").path();
        let Some(stem) = path.to_str().and_then(|p| p.strip_suffix(".mmd")) else { continue };
        let source = std::fs::read_to_string(&path).expect("text");
        let d = mermaid_drawn(&source);
        println!("{stem} {}x{} {:.1} {}", d.media.width, d.media.height, d.smallest, d.alt);
        std::fs::write(format!("{stem}.out.svg"), &d.media.bytes).expect("write");
    }
    for stem in ["a", "b", "c", "d", "e"] {
        let source = std::fs::read_to_string(format!("/tmp/w/dia/{stem}.dot")).expect("text");
        match drawn(Language::Dot, &source) {
            Ok(d) => {
                println!("{stem} {}x{} {:.1} {}", d.media.width, d.media.height, d.smallest, d.alt);
                std::fs::write(format!("/tmp/w/dia/{stem}.out.svg"), &d.media.bytes).expect("write");
            }
            Err(r) => println!("{stem} {} {}", r.line, r.message),
        }
    }
    for entry in std::fs::read_dir("/tmp/w/dia/bad").expect("dir") {
        let path = entry.expect("entry").path();
        if !path.to_str().unwrap().ends_with("mmd") { continue }
        let source = std::fs::read_to_string(&path).expect("text");
        let t = std::time::Instant::now();
        println!("{path:?} {:?} {:?}", drawn(Language::Mermaid, &source).map(|d| d.alt), t.elapsed());
    }
}
