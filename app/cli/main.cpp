// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <cstdio>
#include <new>
#include <system_error>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/option_names.h"
#include "core/error.h"
#include "core/version.h"

namespace {

constexpr int kUsage = 2;

int report(const std::string& sentence, const std::string& remedy, int code) {
    fmt::print(stderr, "shearbench-cli: {}\n", sentence);
    if (!remedy.empty())
        fmt::print(stderr, "{}\n", remedy);
    return code;
}

int run(int argc, char** argv) {
    using namespace shearbench;
    CLI::App app("Trains networks on galaxy cutouts and shows what hardware is worth it.",
                 "shearbench-cli");
    app.set_version_flag("--version", fmt::format("shearbench-cli {}", kVersion));
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 done, 1 run failed, 2 usage, 3 data, 4 device, 130 interrupted.\n"
        "Every subcommand has its own --help.");

    cli::Action action;
    cli::addInspect(app, action);
    cli::addSimulate(app, action);
    cli::addNetwork(app, action);
    cli::addDevices(app, action);
    cli::addTrain(app, action);
    cli::addBenchmark(app, action);
    cli::addPredict(app, action);
    cli::addProfile(app, action);
    cli::addTune(app, action);
    cli::addCheck(app, action);
    cli::addGenerate(app, action);
    cli::addQuality(app, action);
    cli::addExport(app, action);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error);
        return report(cli::sentenceOf(error, app, {argv + 1, argv + argc}),
                      "Every subcommand has its own --help.", kUsage);
    }
    cli::installInterruptHandler();
    const int code = action();
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw Error(ErrorKind::data, "What was to be printed could not be written in full.",
                    "Check the disk or the program that the output goes to.");
    return code;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const shearbench::Error& error) {
        return report(error.what(), error.remedy(), error.exitCode());
    } catch (const std::bad_alloc&) {
        return report("There is not enough memory.", "Use a smaller batch or a smaller file.", 1);
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::resource_unavailable_try_again)
            return report(error.what(), "", 1);
        return report("The system starts no more threads.",
                      "Use fewer of them, or close other programs.", 1);
    } catch (const std::exception& error) {
        return report(error.what(), "", 1);
    }
}
