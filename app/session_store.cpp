// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session_store.h"

#include <QDir>
#include <QFileInfo>
#include <QSettings>

namespace shearbench::app {

namespace {

constexpr int kMostRecentFiles = 10;

// Qt 5 knows no state location, and puts the organisation's name into the others.
QString xdgFolder(const char* variable, const char* fallback) {
    const QString stated = qEnvironmentVariable(variable);
    const QString base = stated.startsWith('/')
                             ? stated
                             : QDir::homePath() + QLatin1Char('/') + QLatin1String(fallback);
    return base + QStringLiteral("/shearbench");
}

QVariant read(const QString& file, const QString& key) {
    return QSettings(file, QSettings::IniFormat).value(key);
}

void write(const QString& file, const QString& key, const QVariant& value) {
    QSettings(file, QSettings::IniFormat).setValue(key, value);
}

}  // namespace

SessionStore::SessionStore()
    : file_(xdgFolder("XDG_STATE_HOME", ".local/state") + QStringLiteral("/window.ini")) {}

QByteArray SessionStore::geometry() const {
    return read(file_, QStringLiteral("geometry")).toByteArray();
}

QByteArray SessionStore::layout() const {
    return read(file_, QStringLiteral("layout")).toByteArray();
}

void SessionStore::setLayout(const QByteArray& geometry, const QByteArray& layout) {
    write(file_, QStringLiteral("geometry"), geometry);
    write(file_, QStringLiteral("layout"), layout);
}

QByteArray SessionStore::columns() const {
    return read(file_, QStringLiteral("columns")).toByteArray();
}

QByteArray SessionStore::rows() const {
    return read(file_, QStringLiteral("rows")).toByteArray();
}

void SessionStore::setSplits(const QByteArray& columns, const QByteArray& rows) {
    write(file_, QStringLiteral("columns"), columns);
    write(file_, QStringLiteral("rows"), rows);
}

bool SessionStore::pagesFolded() const {
    return read(file_, QStringLiteral("pagesFolded")).toBool();
}

void SessionStore::setPagesFolded(bool folded) {
    write(file_, QStringLiteral("pagesFolded"), folded);
}

bool SessionStore::dark() const {
    return read(file_, QStringLiteral("dark")).toBool();
}

void SessionStore::setDark(bool dark) {
    write(file_, QStringLiteral("dark"), dark);
}

QStringList SessionStore::recentFiles() const {
    QStringList files = read(file_, QStringLiteral("recent")).toStringList();
    QStringList present;
    for (const QString& file : files)
        if (QFileInfo::exists(file))
            present << file;
    return present;
}

void SessionStore::addRecentFile(const QString& path) {
    const QString absolute = QFileInfo(path).absoluteFilePath();
    QStringList files = read(file_, QStringLiteral("recent")).toStringList();
    files.removeAll(absolute);
    files.prepend(absolute);
    write(file_, QStringLiteral("recent"), QStringList(files.mid(0, kMostRecentFiles)));
}

void SessionStore::clearRecentFiles() {
    write(file_, QStringLiteral("recent"), QStringList());
}

QStringList SessionStore::foldedSections() const {
    return read(file_, QStringLiteral("folded")).toStringList();
}

void SessionStore::setFoldedSections(const QStringList& titles) {
    write(file_, QStringLiteral("folded"), titles);
}

QString SessionStore::unusedFile(const QString& stem) {
    const QString whole = dataFolder() + QLatin1Char('/') + stem;
    QString name = whole + QStringLiteral(".h5");
    for (int number = 2; QFileInfo::exists(name); ++number)
        name = QStringLiteral("%1_%2.h5").arg(whole).arg(number);
    return name;
}

QString SessionStore::dataFolder() {
    return xdgFolder("XDG_DATA_HOME", ".local/share");
}

}  // namespace shearbench::app
