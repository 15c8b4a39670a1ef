//! Nesterov's accelerated gradient. Put your optimizer in its place: keep the names of what main.rs calls.

use crate::json::Json;

/// What a session starts from.
pub struct Start<'a> {
    pub x0: Vec<f64>,
    /// The method's parameters, by the names of the protocol.
    pub config: &'a Json,
    /// T: how many steps will come.
    pub horizon: usize,
}

/// What one step is given: t = 1, 2, 3, … and the gradient at the last query.
pub struct Step {
    pub t: usize,
    pub gradient: Vec<f64>,
}

pub struct Optimizer {
    /// One rate for each step.
    rates: Vec<f64>,
    s: f64,
    /// The iterate that the method would return now.
    pub x: Vec<f64>,
    /// Where the next gradient is wanted.
    pub query: Vec<f64>,
}

impl Optimizer {
    pub const NAME: &'static str = "my-nesterov";
    /// The precision that it computes in: float64 or float32.
    pub const DTYPE: &'static str = "float64";

    /// An error is answered as `unsupported`: the optimizer does not have this configuration.
    pub fn new(start: Start) -> Result<Optimizer, String> {
        let rates = match start.config.get("learningRate") {
            Some(Json::Number(rate)) => vec![*rate; start.horizon + 1],
            Some(list) => list.numbers().ok_or("expected learningRate as a number or a list of numbers")?,
            None => return Err("expected a learningRate".to_string()),
        };
        Ok(Optimizer { rates, s: 1.0, x: start.x0.clone(), query: start.x0 })
    }

    pub fn step(&mut self, given: &Step) {
        let rate = self.rates[given.t - 1];
        let x: Vec<f64> = self.query.iter().zip(&given.gradient).map(|(y, g)| y - rate * g).collect();
        let s = (1.0 + (1.0 + 4.0 * self.s * self.s).sqrt()) / 2.0;
        let momentum = (self.s - 1.0) / s;
        self.query = x.iter().zip(&self.x).map(|(new, old)| new + momentum * (new - old)).collect();
        self.x = x;
        self.s = s;
    }
}
