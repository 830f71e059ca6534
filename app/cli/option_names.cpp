// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/option_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace shearbench::cli {

namespace {

/// The options that set a field, of all subcommands.
constexpr struct {
    std::string_view field, option;
} kOptions[] = {
    {"name", "--name"},
    {"data.simulated.galaxies", "--simulate"},
    {"data.simulated.kind", "--simulate-kind"},
    {"data.simulated.kind", "--kind"},
    {"data.simulated.most_galaxies", "--galaxies"},
    {"data.simulated.faintest_r", "--faintest"},
    {"data.simulated.brightest_r", "--brightest"},
    {"data.simulated.brightest_r", "--faintest"},
    {"data.simulated.least_snr", "--least-snr"},
    {"data.simulated.colour_scatter", "--colour-scatter"},
    {"data.simulated.psf", "--psf"},
    {"data.simulated.psf_fwhm", "--seeing"},
    {"data.simulated.psf_scatter", "--seeing-scatter"},
    {"data.simulated.psf_scatter", "--seeing"},
    {"data.simulated.moffat_beta", "--moffat-beta"},
    {"data.simulated.shear1", "--shear1"},
    {"data.simulated.shear1", "--shear2"},
    {"simulation.count", "--count"},
    {"simulation.threads", "--threads"},
    {"simulation.gzip", "--compress"},
    {"data.shuffle_window", "--shuffle-window"},
    {"data.training_images", "--training-images"},
    {"data.normalisation", "--normalisation"},
    {"data.variant", "--variant"},
    {"data.pixel_scale_arcsec", "--pixel-scale"},
    {"data.stamp", "--stamp"},
    {"network.preset", "--network"},
    {"network.rho_start", "--rho-start"},
    {"network.kernel_start", "--kernel-start"},
    {"device.id", "--device"},
    {"device.threads", "--threads"},
    {"device.memory_cap_mb", "--memory-cap"},
    {"training.recipe", "--recipe"},
    {"training.batch", "--batch"},
    {"training.epochs", "--epochs"},
    {"training.learning_rate", "--learning-rate"},
    {"training.schedule", "--schedule"},
    {"training.warmup_steps", "--warmup"},
    {"training.clip_norm", "--clip"},
    {"training.kl_weight", "--kl-weight"},
    {"training.kl_warmup_epochs", "--kl-warmup"},
    {"generative.kl_coefficient", "--latent-kl"},
    {"generative.kl_warmup_epochs", "--latent-kl-warmup"},
    {"generative.reconstruction", "--reconstruction"},
    {"generative.flow_epochs", "--flow-epochs"},
    {"generative.flow_learning_rate", "--flow-learning-rate"},
    {"generative.count", "--count"},
    {"benchmark.protocol", "--protocol"},
    {"benchmark.batches", "--batch"},
    {"benchmark.image_counts", "--images"},
    {"benchmark.images", "--epoch-images"},
    {"benchmark.warmup_epochs", "--warmup-epochs"},
    {"benchmark.epochs", "--epochs"},
    {"benchmark.budget_seconds", "--budget"},
    {"benchmark.half_width_percent", "--half-width"},
    {"benchmark.image_size", "--image-size"},
};

std::string subcommandsOf(const CLI::App& app) {
    std::string names;
    for (const CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
        names += (names.empty() ? "" : ", ") + each->get_name();
    return names;
}

/// An option that takes one value and was given several times.
const CLI::Option* repeated(const CLI::App& app) {
    for (const CLI::App* command : app.get_subcommands())
        for (const CLI::Option* option : command->get_options())
            if (option->get_items_expected_max() == 1 && option->count() > 1)
                return option;
    return nullptr;
}

}  // namespace

void throwNamingOption(const CLI::App& command, const FieldError& error) {
    for (const auto& known : kOptions) {
        const CLI::Option* const option =
            known.field == error.field() ? command.get_option_no_throw(std::string(known.option))
                                         : nullptr;
        if (option && option->count() > 0)
            throw Error(ErrorKind::usage,
                        fmt::format("{} is {}; {}.", known.option, error.found(), error.allowed()));
    }
    throw error;
}

std::string sentenceOf(const CLI::ParseError& error, const CLI::App& app,
                       const std::vector<std::string>& words) {
    if (app.get_subcommands().empty() && !words.empty() && !words.front().starts_with('-'))
        return fmt::format("There is no subcommand {}; there are {}.", words.front(),
                           subcommandsOf(app));
    if (error.get_name() == "ArgumentMismatch")
        if (const CLI::Option* option = repeated(app))
            return fmt::format("{} was given {} times; it takes one value.", option->get_name(),
                               option->count());
    const std::string text = error.what();
    constexpr std::string_view kNotConverted = "Could not convert: ";
    if (text.starts_with(kNotConverted)) {
        const std::string rest = text.substr(kNotConverted.size());
        const std::size_t equals = rest.find(" = ");
        if (equals != std::string::npos)
            return fmt::format("{} is {}, which is no value for it.", rest.substr(0, equals),
                               rest.substr(equals + 3));
    }
    return text;
}

}  // namespace shearbench::cli
