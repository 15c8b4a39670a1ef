//! Lets `omg-oracle gate` judge the optimizer in optimizer.rs:
//!
//!     cargo build --release
//!     omg-oracle gate --command target/release/optimizer --like nesterov
//!
//! This file speaks the protocol, one JSON object a line, over standard input and output. Print to standard error only.

mod json;
mod optimizer;

use json::{write_numbers, write_text, Json};
use optimizer::{Optimizer, Start, Step};
use std::collections::HashMap;
use std::io::{self, BufRead, Write};

const PROTOCOL: u32 = 1;

/// A refusal: `unsupported` makes a claim inapplicable, `invalid` fails it.
struct Refusal {
    kind: &'static str,
    message: String,
}

fn invalid(message: &str) -> Refusal {
    Refusal { kind: "invalid", message: message.to_string() }
}

/// A session: the optimizer, and how many steps it has taken.
struct Session {
    optimizer: Optimizer,
    steps: usize,
}

#[derive(Default)]
struct Server {
    live: HashMap<String, Session>,
}

fn main() -> io::Result<()> {
    let mut server = Server::default();
    let mut answers = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request = Json::parse(&line?).map_err(io::Error::other)?;
        let id = request.get("id").and_then(Json::number).unwrap_or(0.0);
        let op = request.get("op").and_then(Json::text).unwrap_or("").to_string();
        let members = match server.answer(&op, &request) {
            Ok(members) => format!("\"ok\":true{members}"),
            Err(Refusal { kind, message }) => {
                format!("\"ok\":false,\"error\":{{\"kind\":\"{kind}\",\"message\":{}}}", write_text(&message))
            }
        };
        // One write, and at once: the gate waits for it.
        answers.write_all(format!("{{\"id\":{id},{members}}}\n").as_bytes())?;
        answers.flush()?;
        if op == "bye" {
            break;
        }
    }
    Ok(())
}

impl Server {
    fn answer(&mut self, op: &str, request: &Json) -> Result<String, Refusal> {
        match op {
            "hello" => hello(request),
            "init" => self.init(request),
            "step" => self.step(request),
            "run" => self.run(request),
            "close" => {
                self.live.remove(&session_name(request)?);
                Ok(String::new())
            }
            "bye" => Ok(String::new()),
            _ => Err(Refusal { kind: "unsupported", message: format!("no operation {op}") }),
        }
    }

    fn init(&mut self, request: &Json) -> Result<String, Refusal> {
        let config = request.get("config").ok_or_else(|| invalid("expected config"))?;
        let horizon = request.get("problem").and_then(|problem| problem.get("horizon")).and_then(Json::number).unwrap_or(0.0);
        let start = Start { x0: numbers(request, "x0")?, config, horizon: horizon as usize };
        let optimizer = Optimizer::new(start).map_err(|message| Refusal { kind: "unsupported", message })?;
        let answer = point(&optimizer);
        self.live.insert(session_name(request)?, Session { optimizer, steps: 0 });
        Ok(answer)
    }

    fn step(&mut self, request: &Json) -> Result<String, Refusal> {
        let gradient = numbers(request, "gradient")?;
        let session = self.session(request)?;
        session.advance(gradient);
        Ok(point(&session.optimizer))
    }

    /// Many steps at once, whatever the queries: faster than one at a time.
    fn run(&mut self, request: &Json) -> Result<String, Refusal> {
        let Some(Json::List(gradients)) = request.get("gradients") else {
            return Err(invalid("expected gradients"));
        };
        let gradients: Option<Vec<Vec<f64>>> = gradients.iter().map(Json::numbers).collect();
        let session = self.session(request)?;
        let (mut queries, mut xs) = (Vec::new(), Vec::new());
        for gradient in gradients.ok_or_else(|| invalid("expected lists of numbers in gradients"))? {
            session.advance(gradient);
            queries.push(write_numbers(&session.optimizer.query));
            xs.push(write_numbers(&session.optimizer.x));
        }
        Ok(format!(",\"queries\":[{}],\"xs\":[{}]", queries.join(","), xs.join(",")))
    }

    fn session(&mut self, request: &Json) -> Result<&mut Session, Refusal> {
        let name = session_name(request)?;
        self.live.get_mut(&name).ok_or_else(|| invalid(&format!("no session {name}")))
    }
}

impl Session {
    fn advance(&mut self, gradient: Vec<f64>) {
        self.steps += 1;
        self.optimizer.step(&Step { t: self.steps, gradient });
    }
}

fn hello(request: &Json) -> Result<String, Refusal> {
    let echo = write_numbers(&numbers(request, "echo")?);
    let (name, version) = (write_text(Optimizer::NAME), write_text(env!("CARGO_PKG_VERSION")));
    Ok(format!(
        ",\"protocol\":{PROTOCOL},\"echo\":{echo},\"implementation\":{{\"name\":{name},\"version\":{version},\"language\":\"rust\"}},\
         \"dtype\":\"{}\",\"capabilities\":[\"step\",\"run\"]",
        Optimizer::DTYPE
    ))
}

fn point(optimizer: &Optimizer) -> String {
    format!(",\"query\":{},\"x\":{}", write_numbers(&optimizer.query), write_numbers(&optimizer.x))
}

fn session_name(request: &Json) -> Result<String, Refusal> {
    request.get("session").and_then(Json::text).map(str::to_string).ok_or_else(|| invalid("expected session"))
}

fn numbers(request: &Json, name: &str) -> Result<Vec<f64>, Refusal> {
    request.get(name).and_then(Json::numbers).ok_or_else(|| invalid(&format!("expected numbers in {name}")))
}
