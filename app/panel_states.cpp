// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/panel_states.h"

#include <QLocale>
#include <algorithm>
#include <utility>

#include "app/reading_words.h"
#include "core/device/check_device.h"
#include "core/network/presets.h"
#include "core/network/summary.h"

namespace shearbench::app {

namespace {

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

constexpr double kMega = 1e6, kGiga = 1e9;

QString sizeText(std::uint64_t bytes) {
    const QLocale english(QLocale::English);
    const double value = static_cast<double>(bytes);
    return value < kGiga ? english.toString(value / kMega, 'f', value < 10 * kMega ? 1 : 0) + " MB"
                         : english.toString(value / kGiga, 'f', 1) + " GB";
}

QString shapeText(network::Shape shape) {
    if (shape.height == 1 && shape.width == 1)
        return QString::number(shape.channels);
    return QStringLiteral("%1 × %2 × %3").arg(shape.channels).arg(shape.height).arg(shape.width);
}

QString conventionText(data::EllipticityConvention convention) {
    switch (convention) {
        case data::EllipticityConvention::reducedShear:
            return QStringLiteral("(1−q)/(1+q)");
        case data::EllipticityConvention::distortion:
            return QStringLiteral("(1−q²)/(1+q²)");
        case data::EllipticityConvention::unknown:
            break;
    }
    return {};
}

widgets::KlOf klOf(const Experiment& experiment) {
    if (experiment.network.preset == "bayesian")
        return widgets::KlOf::weights;
    return experiment.network.preset == "generative" ? widgets::KlOf::latents
                                                     : widgets::KlOf::nothing;
}

widgets::RecipeValues recipeValues(const Experiment& experiment) {
    const TrainingSettings& training = experiment.training;
    const GenerativeSettings& generative = experiment.generative;
    const bool latents = klOf(experiment) == widgets::KlOf::latents;
    return {training.learningRate,
            text(training.schedule),
            training.finalFraction,
            training.warmupSteps,
            training.clipNorm,
            latents ? generative.klCoefficient : training.klWeight,
            latents ? generative.klWarmupEpochs : training.klWarmupEpochs,
            experiment.network.rhoStart,
            text(generative.reconstruction),
            text(experiment.data.normalisation)};
}

void apply(const widgets::RecipeValues& values, Experiment& experiment) {
    TrainingSettings& training = experiment.training;
    training.learningRate = values.learningRate;
    training.schedule = values.schedule.toStdString();
    training.finalFraction = values.finalFraction;
    training.warmupSteps = values.warmupSteps;
    training.clipNorm = values.clipNorm;
    if (klOf(experiment) == widgets::KlOf::latents) {
        experiment.generative.klCoefficient = values.klWeight;
        experiment.generative.klWarmupEpochs = values.klWarmup;
    } else {
        training.klWeight = values.klWeight;
        training.klWarmupEpochs = values.klWarmup;
    }
    experiment.network.rhoStart = values.rhoStart;
    experiment.generative.reconstruction = values.reconstruction.toStdString();
    experiment.data.normalisation = values.normalisation.toStdString();
}

/// A row for the table; where `choosable`, layers with weights may be Bayesian or not.
widgets::LayerRow layerRow(const network::SummaryRow& row, bool choosable) {
    const QLocale english(QLocale::English);
    QString tip = QObject::tr("%1: %2 million multiply-adds an image")
                      .arg(text(row.layer))
                      .arg(english.toString(static_cast<double>(row.multiplyAdds) / kMega, 'f', 1));
    if (row.slopes > 0)
        tip += QObject::tr("; %1 of the parameters are PReLU slopes")
                   .arg(english.toString(static_cast<qlonglong>(row.slopes)));
    return {text(row.title),
            shapeText(row.output),
            static_cast<qint64>(row.parameters),
            tip,
            text(row.layer),
            choosable && row.weights ? std::optional(row.bayesian) : std::nullopt};
}

widgets::NetworkPart networkPart(const QString& id, const QString& title,
                                 const std::vector<network::SummaryRow>& rows,
                                 bool choosable = false) {
    widgets::NetworkPart part{id, title, {}, {}, {}};
    for (const network::SummaryRow& row : rows) {
        part.rows.push_back(layerRow(row, choosable));
        part.totals.parameters += static_cast<qint64>(row.parameters);
        part.totals.trainable += static_cast<qint64>(row.trainable);
        part.totals.flops += 2.0 * static_cast<double>(row.multiplyAdds);
    }
    return part;
}

}  // namespace

widgets::DataPanelState dataState(const Experiment& experiment) {
    const DataSettings& data = experiment.data;
    widgets::DataPanelState state;
    state.file = text(data.file);
    state.images = text(data.images);
    state.layout = text(data.layout);
    for (std::size_t i = 0; i < 3; ++i)
        state.targets[i] = text(data.targets[i]);
    state.group = text(data.group);
    state.validationFraction = data.validationFraction;
    state.testFraction = data.testFraction;
    state.splitSeed = data.splitSeed;
    return state;
}

widgets::DataPanelFacts dataFacts(const Dataset& dataset) {
    const data::Schema& schema = dataset.schema();
    widgets::DataPanelFacts facts;
    facts.loaded = true;
    facts.fileSize = dataset.prepared.source->changesWithEpoch() ? QStringLiteral("simulated")
                                                                 : sizeText(schema.fileBytes);
    facts.count = schema.count;
    facts.channels = schema.channels;
    facts.height = schema.height;
    facts.width = schema.width;
    facts.pixelScaleArcsec = schema.pixelScaleArcsec;
    for (const std::string& band : schema.bands)
        facts.bands << text(band);
    facts.images = text(schema.images.path);
    facts.layout = text(data::toString(schema.layout));
    for (std::size_t i = 0; i < 3; ++i)
        facts.targets[i] = text(dataset.prepared.experiment.data.targets[i]);
    facts.group = text(schema.group);
    facts.convention = conventionText(schema.convention);
    facts.imageDatasets << facts.images;
    for (const data::ImageDataset& other : schema.otherImages)
        facts.imageDatasets << text(other.path);
    for (const data::Column& column : schema.columns)
        facts.columns << text(column.name);
    facts.training = static_cast<qint64>(dataset.prepared.split.training.size());
    facts.validation = static_cast<qint64>(dataset.prepared.split.validation.size());
    facts.test = static_cast<qint64>(dataset.prepared.split.test.size());
    for (const std::string& note : schema.notes)
        facts.notes << inFields(text(note));
    for (const std::string& note : dataset.prepared.notes)
        facts.leftOut << text(note);
    return facts;
}

widgets::DevicePanelState deviceState(const Experiment& experiment) {
    const DeviceSettings& device = experiment.device;
    widgets::DevicePanelState state{text(device.id), device.threads, device.memoryCapMB};
    try {
        if (const auto check = device::readCheckId(device.id)) {
            state.id = text(check->first);
            state.checkedBy = text(check->second);
        }
    } catch (const Error&) {
        // No device is chosen then; why, the panel is told where the device is looked for.
    }
    return state;
}

widgets::TrainingPanelState trainingState(const Experiment& experiment) {
    const TrainingSettings& training = experiment.training;
    widgets::TrainingPanelState state;
    state.recipe = text(training.recipe);
    state.batch = training.batch;
    state.epochs = training.epochs;
    state.values = recipeValues(experiment);
    state.kl = klOf(experiment);
    state.turnsAndFlips = experiment.data.turnsAndFlips;
    state.seed = training.seed;
    return state;
}

void apply(const widgets::DataPanelState& state, Experiment& experiment) {
    DataSettings& data = experiment.data;
    if (text(data.file) != state.file) {
        data.checksum.clear();
        data.normalisationScale.clear();
        data.simulated = {};
    }
    data.file = state.file.toStdString();
    data.images = state.images.toStdString();
    data.layout = state.layout.toStdString();
    for (std::size_t i = 0; i < 3; ++i)
        data.targets[i] = state.targets[i].toStdString();
    data.group = state.group.toStdString();
    data.validationFraction = state.validationFraction;
    data.testFraction = state.testFraction;
    data.splitSeed = state.splitSeed;
}

void apply(const widgets::DevicePanelState& state, Experiment& experiment) {
    std::string& id = experiment.device.id;
    device::CheckId check{state.id.toStdString(), state.checkedBy.toStdString()};
    if (state.checkedBy.isEmpty()) {
        id = check.first;
    } else if (state != deviceState(experiment)) {
        // As often as before.
        if (device::isCheckId(id) && !deviceState(experiment).checkedBy.isEmpty())
            check.every = device::readCheckId(id)->every;
        id = check.text();
    }
    experiment.device.threads = state.threads;
    experiment.device.memoryCapMB = state.memoryCapMB;
}

void apply(const widgets::TrainingPanelState& state, Experiment& experiment) {
    TrainingSettings& training = experiment.training;
    // A recipe also names what the panel does not show.
    const std::string recipe = state.recipe.toStdString();
    if (recipe != training.recipe && recipe != "custom")
        applyRecipe(experiment, recipe);
    training.recipe = recipe;
    apply(state.values, experiment);
    training.batch = state.batch;
    training.epochs = state.epochs;
    training.seed = state.seed;
    experiment.data.turnsAndFlips = state.turnsAndFlips;
}

std::vector<widgets::Recipe> recipes(const Experiment& experiment) {
    const std::pair<const char*, widgets::Recipe> known[] = {
        {"stable",
         {QStringLiteral("stable"),
          QObject::tr("Stable"),
          QObject::tr("Warm-up, clipped gradients, falling rate, start values: seen to learn well"),
          {}}},
        {"paper",
         {QStringLiteral("paper"),
          QObject::tr("As in the paper"),
          QObject::tr("Adam at a constant rate, no warm-up, no clipping; may diverge"),
          {}}},
    };
    std::vector<widgets::Recipe> list;
    for (const auto& [id, recipe] : known) {
        Experiment named = experiment;
        applyRecipe(named, id);
        list.push_back(recipe);
        list.back().values = recipeValues(named);
    }
    return list;
}

widgets::DeviceRow deviceRow(const device::DeviceInfo& info, widgets::DeviceColour colour,
                             bool sameChip) {
    widgets::DeviceRow row;
    row.id = text(info.id);
    row.name = text(info.name);
    row.detail = sameChip
                     ? QObject::tr("same chip, %1").arg(text(info.backend))
                     : QStringLiteral("%1, %2").arg(text(info.backend), sizeText(info.memoryBytes));
    row.colour = colour;
    row.maxThreads = info.computeUnits;
    row.memoryMB = static_cast<double>(info.memoryBytes) / kMega;
    return row;
}

widgets::Problem absentProblem(const std::vector<device::AbsentDevice>& absent) {
    widgets::Problem problem;
    for (const device::AbsentDevice& device : absent) {
        if (problem.sentence.isEmpty()) {
            problem.sentence = text(device.sentence);
            problem.remedy = text(device.remedy);
        } else {
            problem.cause += (problem.cause.isEmpty() ? "" : " ") + text(device.sentence);
        }
    }
    return problem;
}

std::vector<widgets::NetworkPart> networkParts(const NetworkSettings& settings,
                                               network::Shape input) {
    const network::Network whole = network::makeNetwork(settings, input);
    const std::vector<network::SummaryRow> rows = network::summarise(whole);
    if (settings.preset != "generative")
        return {networkPart({}, {}, rows, whole.name() == "bayesian")};
    const auto middle = std::find_if(rows.begin(), rows.end(), [&](const network::SummaryRow& row) {
        return row.layer.starts_with("decoder");
    });
    return {networkPart(QStringLiteral("encoder"), QObject::tr("Encoder"), {rows.begin(), middle}),
            networkPart(QStringLiteral("decoder"), QObject::tr("Decoder"), {middle, rows.end()}),
            networkPart(QStringLiteral("flow"), QObject::tr("Flow"),
                        network::summarise(network::makeFlow()))};
}

QString partsRemark(const NetworkSettings& settings, network::Shape input) {
    if (settings.preset != "generative")
        return {};
    const auto count = [](const network::Network& network) {
        return QLocale(QLocale::English).toString(static_cast<qlonglong>(network.parameterCount()));
    };
    return QObject::tr("autoencoder %1, flow %2 parameters")
        .arg(count(network::makeNetwork(settings, input)), count(network::makeFlow()));
}

widgets::MemoryUse memoryUse(const device::Device& device, const network::Network& network,
                             const Experiment& experiment) {
    device::SessionOptions options;
    options.batch = experiment.training.batch;
    options.threads = experiment.device.threads;
    const device::MemoryPlan plan = device.plan(network, options);
    const double cap = experiment.device.memoryCapMB;
    const auto limit =
        cap > 0 ? static_cast<std::uint64_t>(cap * kMega) : device.info().memoryBytes;
    widgets::MemoryUse use;
    use.batch = options.batch;
    use.weights = static_cast<double>(plan.of(device::MemoryUse::parameters) +
                                      plan.of(device::MemoryUse::optimiser)) /
                  kMega;
    use.activations = static_cast<double>(plan.total()) / kMega - use.weights;
    use.limit = static_cast<double>(limit) / kMega;
    use.fitsUpTo = limit > 0 ? device::largestBatchThatFits(device, network, options, limit) : -1;
    return use;
}

}  // namespace shearbench::app
