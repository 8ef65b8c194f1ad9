use super::*;
use crate::source::MemoryTree;

const MIT: &str = include_str!("../../../LICENSE-MIT");
const APACHE: &str = include_str!("../../../LICENSE-APACHE");

#[test]
fn licences_are_known_by_their_words() {
    assert_eq!(recognise(MIT), ["MIT"]);
    assert_eq!(recognise(APACHE), ["Apache-2.0"]);
    assert_eq!(recognise(include_str!("../../../fonts/LICENSE-LibertinusSerif.txt")), ["OFL-1.1"]);
    assert_eq!(recognise(&format!("{APACHE}\n----\n{MIT}")), ["Apache-2.0", "MIT"]);
    let wrapped = MIT.replace(' ', "\n * ");
    assert_eq!(recognise(&wrapped), ["MIT"], "wrapped as a comment");
    for (text, name) in [
        ("GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007 … TERMS AND CONDITIONS", "GPL-3.0"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007 … Combined Works", "LGPL-3.0"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007 TERMS AND CONDITIONS", "AGPL-3.0"),
        ("Attribution 4.0 International … By exercising the Licensed Rights", "CC-BY-4.0"),
        ("Attribution-ShareAlike 4.0 International … By exercising the Licensed Rights", "CC-BY-SA-4.0"),
        ("CC0 1.0 Universal\nStatement of Purpose", "CC0-1.0"),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("Mozilla Public License Version 2.0\n1. Definitions\n1.1. “Contributor”", "MPL-2.0"),
    ] {
        assert_eq!(recognise(text), [name], "{text}");
    }
}

#[test]
fn near_relatives_are_not_confused() {
    let grant = "Permission to use, copy, modify, and/or distribute this software for any purpose with or \
                 without fee is hereby granted";
    let isc = format!(
        "{grant}, provided that the above copyright notice and this permission notice appear in all copies."
    );
    assert_eq!(recognise(&isc), ["ISC"]);
    assert_eq!(recognise(&format!("{grant}.")), ["0BSD"]);
    assert!(recognise(&format!("{grant}, provided that nobody profits.")).is_empty());
    let bsd = "Redistribution and use in source and binary forms, with or without modification, are permitted \
               provided that the following conditions are met: 2. Redistributions in binary form must reproduce";
    let third =
        "to endorse or promote products derived from this software without specific prior written permission";
    assert_eq!(recognise(bsd), ["BSD-2-Clause"]);
    assert_eq!(recognise(&format!("{bsd} … {third}")), ["BSD-3-Clause"]);
    assert!(recognise(&format!("{bsd} … All advertising materials … {third}")).is_empty(), "four clauses");
    let evil = format!("{MIT}\nThe Software shall be used for Good, not Evil.");
    assert!(recognise(&evil).is_empty(), "JSON's");
    assert!(recognise("All rights reserved. Not under the MIT License or the GPL.").is_empty());
}

#[test]
fn licence_files_are_found_where_they_are_usual() {
    let tree = MemoryTree::new([
        ("COPYING", "ask me"),
        ("LICENSE-MIT", MIT),
        ("LICENSES/CC-BY-4.0.txt", "…"),
        ("docs/LICENCE.md", APACHE),
        ("docs/src/license.md", MIT),
        ("license.rs", MIT),
        ("licensing.md", MIT),
        ("other/LICENSE", MIT),
    ]);
    let found = |folder| {
        find(&tree, folder).into_iter().map(|l| (l.path, l.spdx.unwrap_or_default())).collect::<Vec<_>>()
    };
    let pair = |path: &str, name: &str| (path.to_owned(), name.to_owned());
    let root = [pair("COPYING", ""), pair("LICENSE-MIT", "MIT"), pair("LICENSES/CC-BY-4.0.txt", "CC-BY-4.0")];
    assert_eq!(found(None), root);
    assert_eq!(found(Some("docs")), [&root[..], &[pair("docs/LICENCE.md", "Apache-2.0")]].concat());
}

#[test]
fn expressions_are_known_by_their_form() {
    for good in [
        "MIT",
        "MIT OR Apache-2.0",
        "(MIT OR Apache-2.0) AND CC-BY-4.0",
        "GPL-2.0+ WITH Classpath-exception-2.0",
        "LicenseRef-own",
    ] {
        assert!(is_expression(good), "{good}");
    }
    for bad in [
        "",
        "MIT or Apache-2.0",
        "MIT/Apache-2.0",
        "MIT OR",
        "(MIT",
        "MIT)",
        "MIT Apache-2.0",
        "WITH MIT",
        "(A OR B) WITH c",
        "A WITH (b)",
        "A WITH b WITH c",
        "()",
    ] {
        assert!(!is_expression(bad), "{bad}");
    }
    assert_eq!(choices("MIT OR Apache-2.0"), Some(vec!["MIT", "Apache-2.0"]));
    assert_eq!(choices("MIT AND Apache-2.0"), None);
}
