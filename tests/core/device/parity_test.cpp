// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "tests/core/device/device_testing.h"
#include "tests/core/device/parity_cases.h"
#include "tests/reference/example.h"
#include "tests/reference/reference.h"

// Every device against the reference in double precision, on every case, for several batch sizes
// and thread counts.

namespace shearbench::device {
namespace {

using reference::Evaluation;
using reference::Example;
using reference::toDouble;

/// Relative, in the norm of a tensor.
constexpr double kTolerance = 2e-5;
/// Of the KL divergence of Bayesian weights in the loss, in all steps.
constexpr double kWeightKl = 0.01;
/// A tensor whose gradient is this much smaller than the whole's is zero but for rounding.
constexpr double kVanishing = 1e-6;
constexpr int kSteps = 3;
constexpr int kBatches[] = {1, 2, 5};
constexpr int kThreads[] = {1, 2};

class Parity
    : public testing::TestWithParam<std::tuple<std::shared_ptr<const Device>, ParityCase>> {
  protected:
    void SetUp() override {
        const std::string missing = missingLayer(*std::get<0>(GetParam()), network());
        if (!missing.empty())
            GTEST_SKIP() << missing;
    }

    const network::Network& network() const { return std::get<1>(GetParam()).network; }

    std::unique_ptr<Session> compile(int batch, int threads, const Example& example) const {
        SessionOptions options;
        options.batch = batch;
        options.threads = threads;
        auto session = std::get<0>(GetParam())->compile(network(), options);
        session->setParameters(example.parameters);
        return session;
    }

    /// `body(batch, example)`; the example's steps stay so far from every kink of a PReLU that
    /// rounding cannot carry a value to its other side.
    template <class Body>
    void forBatches(const StepSettings& settings, const Body& body) const {
        for (int batch : kBatches) {
            SCOPED_TRACE(testing::Message() << "batch " << batch);
            body(batch, exampleOffKinks(batch, settings));
        }
    }

    Example exampleOffKinks(int batch, const StepSettings& settings) const {
        constexpr double kFar = 1e-5;
        for (std::uint64_t seed = 1;; ++seed) {
            Example example = reference::makeExample(network(), batch, seed);
            reference::State state(toDouble(example.parameters));
            double distance = 1;
            for (int i = 0; i < kSteps && distance > kFar; ++i)
                distance =
                    std::min(distance, reference::step(network(), state, toDouble(example.images),
                                                       toDouble(example.targets),
                                                       atStep(example.with(settings), i))
                                           .distanceToKink);
            if (distance > kFar)
                return example;
        }
    }

    void expectSameLosses(const StepSummary& summary, const Evaluation& expected) const {
        const auto near = [](double found, double wanted) {
            EXPECT_NEAR(found, wanted, kTolerance * (1 + std::fabs(wanted)));
        };
        near(summary.lastLoss, expected.loss);
        near(summary.meanLoss, expected.loss);
        near(summary.lastDataLoss, expected.dataLoss);
        near(summary.meanDataLoss, expected.dataLoss);
        near(summary.meanKl, expected.kl);
    }

    void expectSameGradients(const Session& session, const Evaluation& expected) const {
        const std::vector<float> found = gradientsOf(session);
        for (const network::Parameter& tensor : network().parameters()) {
            const auto part = std::span(found).subspan(tensor.offset, tensor.count);
            const auto wanted = std::span(expected.gradients).subspan(tensor.offset, tensor.count);
            if (vanishes(tensor, expected))
                for (float value : part)
                    EXPECT_LE(std::fabs(value), kVanishing * expected.gradientNorm) << tensor.name;
            else
                EXPECT_LE(relativeError(part, wanted), kTolerance) << tensor.name;
        }
    }

    /// A gradient that is nothing but rounding; Adam takes a whole step even along such a one.
    bool vanishes(const network::Parameter& tensor, const Evaluation& expected) const {
        double norm = 0;
        for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i)
            norm += std::pow(expected.gradients[i], 2);
        return tensor.trainable && std::sqrt(norm) < kVanishing * expected.gradientNorm;
    }

    /// Settings as given, with the noise of step `step`.
    static StepSettings atStep(StepSettings settings, std::int64_t step) {
        settings.weightKl = kWeightKl;
        settings.noise.seed = 0x123456789abcdef;
        settings.noise.step = (std::int64_t{1} << 40) + step;
        return settings;
    }

    void expectSameState(const Session& session, const reference::State& expected,
                         const Evaluation& last) const {
        const std::vector<float> parameters = parametersOf(session);
        const OptimiserState optimiser = session.optimiserState();
        EXPECT_EQ(optimiser.updates, expected.updates);
        ASSERT_EQ(optimiser.firstMoment.size(), network().parameterCount());
        ASSERT_EQ(optimiser.secondMoment.size(), network().parameterCount());
        const auto compare = [](const network::Parameter& tensor, const std::vector<float>& found,
                                const std::vector<double>& wanted, double tolerance,
                                const char* what) {
            EXPECT_LE(relativeError(std::span(found).subspan(tensor.offset, tensor.count),
                                    std::span(wanted).subspan(tensor.offset, tensor.count)),
                      tolerance)
                << what << " of " << tensor.name;
        };
        for (const network::Parameter& tensor : network().parameters()) {
            if (vanishes(tensor, last))
                continue;
            compare(tensor, parameters, expected.parameters, kTolerance, "value");
            compare(tensor, optimiser.firstMoment, expected.firstMoment, kTolerance,
                    "first moment");
            compare(tensor, optimiser.secondMoment, expected.secondMoment, 2 * kTolerance,
                    "second moment");
        }
    }

    void expectSameSteps(const StepSettings& settings) const {
        forBatches(settings, [&](int batch, const Example& example) {
            for (int threads : kThreads) {
                SCOPED_TRACE(testing::Message() << threads << " threads");
                reference::State expected(toDouble(example.parameters));
                const auto session = compile(batch, threads, example);
                Evaluation last;
                for (int i = 0; i < kSteps; ++i) {
                    last = reference::step(network(), expected, toDouble(example.images),
                                           toDouble(example.targets),
                                           atStep(example.with(settings), i));
                    session->step(example.images, example.targets,
                                  atStep(example.with(settings), i));
                    const StepSummary summary = session->takeSummary();
                    expectSameLosses(summary, last);
                    EXPECT_NEAR(summary.largestGradientNorm, last.gradientNorm,
                                kTolerance * last.gradientNorm);
                }
                expectSameState(*session, expected, last);
            }
        });
    }
};

TEST_P(Parity, Predictions) {
    forBatches({}, [&](int batch, const Example& example) {
        for (int threads : kThreads) {
            SCOPED_TRACE(testing::Message() << threads << " threads");
            const auto session = compile(batch, threads, example);
            // A whole number of batches and one more image, one image, none.
            for (int images : {2 * batch + 1, 1, 0}) {
                const std::vector<float> input =
                    reference::makeExample(network(), images, 77).images;
                EXPECT_LE(relativeError(predictionsOf(*session, input),
                                        reference::predict(network(), toDouble(example.parameters),
                                                           toDouble(input))),
                          kTolerance)
                    << images << " images";
            }
        }
    });
}

TEST_P(Parity, PredictionsWithDrawnWeights) {
    const std::size_t weights = network::bayesianWeightCount(network());
    if (weights == 0)
        GTEST_SKIP() << "No weight of this network is drawn.";
    const Example example = reference::makeExample(network(), 3, 5);
    const auto expected = [&](std::span<const double> noise) {
        return reference::predict(network(), toDouble(example.parameters), toDouble(example.images),
                                  noise);
    };
    for (int threads : kThreads) {
        const auto session = compile(2, threads, example);
        for (std::int64_t draw : {0, 1, 99}) {
            session->drawWeights(77, draw);
            EXPECT_LE(relativeError(predictionsOf(*session, example.images),
                                    expected(reference::predictiveNoise(network(), 77, draw))),
                      kTolerance)
                << "draw " << draw;
        }
        session->useMeanWeights();
        EXPECT_LE(relativeError(predictionsOf(*session, example.images), expected({})), kTolerance);
        session->drawWeights(77, 0);
        StepSettings settings;
        settings.learningRate = 0;
        session->step(std::span(example.images).first(2 * network().input().count()),
                      std::span(example.targets).first(2 * network().targetCount()),
                      atStep(settings, 0));
        // Training moves batch norm's averages: compare with a session that never drew.
        const auto other = compile(2, threads, example);
        other->setParameters(parametersOf(*session));
        EXPECT_EQ(predictionsOf(*session, example.images), predictionsOf(*other, example.images));
    }
}

TEST_P(Parity, LossAndGradients) {
    StepSettings settings;
    settings.update = false;
    settings.latentKl = 0.3;
    forBatches(settings, [&](int batch, const Example& example) {
        const Evaluation expected =
            reference::evaluate(network(), toDouble(example.parameters), toDouble(example.images),
                                toDouble(example.targets), atStep(example.with(settings), 0));
        for (int threads : kThreads) {
            SCOPED_TRACE(testing::Message() << threads << " threads");
            const auto session = compile(batch, threads, example);
            session->step(example.images, example.targets, atStep(example.with(settings), 0));
            const StepSummary summary = session->takeSummary();
            expectSameLosses(summary, expected);
            EXPECT_NEAR(summary.largestGradientNorm, expected.gradientNorm,
                        kTolerance * expected.gradientNorm);
            EXPECT_NEAR(summary.meanDataLoss, expected.dataLoss,
                        kTolerance * (1 + std::fabs(expected.dataLoss)));
            EXPECT_NEAR(summary.meanKl, expected.kl, kTolerance * (1 + expected.kl));
            expectSameGradients(*session, expected);
            EXPECT_EQ(parametersOf(*session), example.parameters);
            EXPECT_EQ(session->optimiserState().updates, 0);
        }
    });
}

class FlowParity : public Parity {};

TEST_P(FlowParity, Samples) {
    const std::size_t dimensions = network().input().count();
    forBatches({}, [&](int batch, const Example& example) {
        for (int threads : kThreads) {
            const auto session = compile(batch, threads, example);
            for (int count : {2 * batch + 1, 1, 0}) {
                const std::vector<float> base = reference::makeExample(network(), count, 78).images;
                std::vector<float> samples(base.size(), kGarbage);
                session->invert(base, samples);
                EXPECT_LE(relativeError(samples,
                                        reference::invert(network(), toDouble(example.parameters),
                                                          toDouble(base))),
                          kTolerance)
                    << count << " samples, " << threads << " threads";
                // And back to the base through the density's direction.
                const std::vector<float> outputs = predictionsOf(*session, samples);
                for (std::size_t i = 0; i < base.size(); ++i)
                    EXPECT_NEAR(outputs[i / dimensions * (dimensions + 1) + i % dimensions],
                                base[i], 1e-4);
            }
        }
    });
}

TEST_P(Parity, StepsOfAdam) {
    StepSettings settings;
    settings.epsilon = std::get<1>(GetParam()).epsilon;
    expectSameSteps(settings);
}

TEST_P(Parity, ClippedStepsOfAdam) {
    StepSettings settings;
    settings.clipNorm = 0.05;
    settings.latentKl = 0.1;
    settings.learningRate = 3e-3;
    settings.beta1 = 0.8;
    settings.beta2 = 0.99;
    settings.epsilon = 1e-4;
    expectSameSteps(settings);
}

std::string caseName(const testing::TestParamInfo<Parity::ParamType>& parameter) {
    return testName(std::get<0>(parameter.param)) + "_" + std::get<1>(parameter.param).name;
}

std::vector<ParityCase> flowCases() {
    std::vector<ParityCase> cases = parityCases();
    std::erase_if(cases, [](const ParityCase& parityCase) {
        return parityCase.network.loss() != network::LossKind::flowNll;
    });
    return cases;
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Parity,
                         testing::Combine(testing::ValuesIn(devicesUnderTest()),
                                          testing::ValuesIn(parityCases())),
                         caseName);
INSTANTIATE_TEST_SUITE_P(EveryDevice, FlowParity,
                         testing::Combine(testing::ValuesIn(devicesUnderTest()),
                                          testing::ValuesIn(flowCases())),
                         caseName);

}  // namespace
}  // namespace shearbench::device
