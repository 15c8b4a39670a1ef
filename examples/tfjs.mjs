/**
 * TensorFlow.js: tf.train.sgd, tf.train.momentum with and without Nesterov's variant, tf.train.adagrad, in float32 on its CPU backend.
 *
 *     npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
 *     npx omg-oracle gate examples/tfjs.mjs --like gradient-descent
 *     npx omg-oracle gate examples/tfjs.mjs --like sgd-momentum
 *     npx omg-oracle gate examples/tfjs.mjs --like adagrad
 *     npx omg-oracle gate examples/tfjs.mjs --like heavy-ball
 *
 * Which optimizer is meant shows in the parameters.
 */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

await tf.setBackend('cpu');

const unsupported = (message) => Object.assign(new Error(message), { kind: 'unsupported' });

/** The gate sends doubles that float32 holds. */
const tensor = (v) => tf.tensor1d(Float32Array.from(v));

let variables = 0;

/** One variable with an optimizer of its own, and how to take a step. */
function session(x0, { optimizer, before }) {
  variables += 1;
  const variable = tf.variable(tensor(x0), true, `session-${variables}`);
  const point = () => {
    const x = variable.dataSync();
    return { query: x, x };
  };
  return {
    ...point(),
    step({ t, gradient }) {
      before(t);
      tf.tidy(() => optimizer.applyGradients({ [variable.name]: tensor(gradient) }));
      return point();
    },
  };
}

/** A number, or a list with an entry for each step. */
const at = (rate, t) => (Array.isArray(rate) ? rate[t - 1] : rate);

function descent(config) {
  const optimizer = tf.train.sgd(at(config.learningRate, 1));
  return { optimizer, before: (t) => optimizer.setLearningRate(at(config.learningRate, t)) };
}

function momentum({ learningRate, momentum: m, dampening, nesterov }) {
  if (dampening > 0) throw unsupported('tf.train.momentum has no dampening');
  // setMomentum has no effect in 4.22.0.
  if (Array.isArray(m)) throw unsupported('the momentum of tf.train.momentum cannot be changed');
  // x − rate·b and x − rate·g + m(x − x⁻) are the same for one rate only.
  if (dampening === undefined && Array.isArray(learningRate)) throw unsupported('tf.train.momentum is Heavy Ball for a constant rate only');
  const optimizer = tf.train.momentum(at(learningRate, 1), m, nesterov === true);
  return { optimizer, before: (t) => optimizer.setLearningRate(at(learningRate, t)) };
}

function adagrad({ learningRate, epsilon, epsilonInside }) {
  if (!epsilonInside) throw unsupported('tf.train.adagrad has epsilon inside of the root');
  // Its accumulator starts from 0.1 unless told otherwise.
  const optimizer = tf.train.adagrad(at(learningRate, 1), 0);
  return {
    optimizer,
    before(t) {
      // It has no setter, and its epsilon is the backend's: 1e-7, the same for all.
      optimizer.learningRate = at(learningRate, t);
      tf.backend().epsilon = () => epsilon;
    },
  };
}

function built(config) {
  if (config.epsilon !== undefined) return adagrad(config);
  return config.momentum === undefined ? descent(config) : momentum(config);
}

export default {
  name: 'TensorFlow.js',
  version: tf.version_core,
  dtype: 'float32',
  start: (x0, config) => session(x0, built(config)),
};
