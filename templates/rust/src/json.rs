//! As much JSON as the protocol needs, without a dependency. With serde_json in your project, use that.

/// A JSON value. Numbers are doubles, which Rust reads and writes exactly.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(text: &str) -> Result<Json, String> {
        let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
        let value = reader.value()?;
        reader.skip_space();
        if reader.at < reader.bytes.len() {
            return Err(format!("expected the end of the line at byte {}", reader.at));
        }
        Ok(value)
    }

    pub fn get(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A number. Those that JSON has no literal for are words.
    pub fn number(&self) -> Option<f64> {
        match self {
            Json::Number(value) => Some(*value),
            Json::Text(word) => match word.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Json::List(values) => values.iter().map(Json::number).collect(),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The shortest decimals that read back as the same doubles: `{:?}` writes them, and -0.0 as it should be.
pub fn write_numbers(values: &[f64]) -> String {
    let words: Vec<String> = values.iter().map(|value| write_number(*value)).collect();
    format!("[{}]", words.join(","))
}

fn write_number(value: f64) -> String {
    if value.is_nan() {
        "\"NaN\"".to_string()
    } else if value.is_infinite() {
        (if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" }).to_string()
    } else {
        format!("{value:?}")
    }
}

pub fn write_text(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            control if (control as u32) < 0x20 => written.push_str(&format!("\\u{:04x}", control as u32)),
            other => written.push(other),
        }
    }
    written.push('"');
    written
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Skips space, and the byte that must come next.
    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.comes(byte) {
            return Ok(());
        }
        Err(format!("expected '{}' at byte {}", byte as char, self.at))
    }

    /// Whether `byte` is next after space; if so, it is skipped.
    fn comes(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Json, String> {
        self.skip_space();
        match self.bytes.get(self.at) {
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => Ok(Json::Text(self.text()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(format!("expected {word} at byte {}", self.at));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        // Only ASCII was passed over.
        let digits = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or("");
        digits.parse().map(Json::Number).map_err(|_| format!("expected a value at byte {start}"))
    }

    fn list(&mut self) -> Result<Json, String> {
        self.expect(b'[')?;
        let mut values = Vec::new();
        if self.comes(b']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value()?);
            if !self.comes(b',') {
                break;
            }
        }
        self.expect(b']')?;
        Ok(Json::List(values))
    }

    fn object(&mut self) -> Result<Json, String> {
        self.expect(b'{')?;
        let mut members = Vec::new();
        if self.comes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.text()?;
            self.expect(b':')?;
            members.push((name, self.value()?));
            if !self.comes(b',') {
                break;
            }
        }
        self.expect(b'}')?;
        Ok(Json::Object(members))
    }

    fn text(&mut self) -> Result<String, String> {
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            let byte = *self.bytes.get(self.at).ok_or("expected the end of a string")?;
            self.at += 1;
            match byte {
                b'"' => return String::from_utf8(bytes).map_err(|_| "expected UTF-8".to_string()),
                b'\\' => {
                    let character = self.escape()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => bytes.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let byte = *self.bytes.get(self.at).ok_or("expected an escape")?;
        self.at += 1;
        match byte {
            b'n' => Ok('\n'),
            b't' => Ok('\t'),
            b'r' => Ok('\r'),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'u' => self.code_point(),
            other => Ok(other as char),
        }
    }

    /// After `\u`: four digits, or two times four for a character beyond them.
    fn code_point(&mut self) -> Result<char, String> {
        let high = self.four_digits()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let low = self.four_digits()?;
            let code = 0x10000 + ((high - 0xd800) << 10) + low.wrapping_sub(0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32, String> {
        let digits = self.bytes.get(self.at..self.at + 4).and_then(|bytes| std::str::from_utf8(bytes).ok());
        self.at += 4;
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or("expected four hexadecimal digits".to_string())
    }
}
