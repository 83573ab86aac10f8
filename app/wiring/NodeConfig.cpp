// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeConfig.h"

#include "app/wiring/ConfigFile.h"
#include "app/wiring/SettingsTable.h"

#include <QCommandLineParser>
#include <QDir>
#include <QMap>

#include <algorithm>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype longestShownValue = 60;

Error wrongSetting(const QString &sentence)
{
    return {ErrorCode::BadData, sentence.toStdString()};
}

// A value as part of one line: without control characters, not too long.
QString quoted(const QString &value)
{
    QString shown;
    for (const QChar c : value.left(longestShownValue)) {
        const bool plain = c.isPrint() && c != u'"' && c != u'\\';
        shown += plain ? QString(c) : u"\\u%1"_s.arg(c.unicode(), 4, 16, QChar(u'0'));
    }
    return u'"' + shown + (value.size() > longestShownValue ? u"…\""_s : u"\""_s);
}

// A value somebody gave, and how that person would find it again.
struct Given {
    QString value;
    QString where;           // "CACHE_TTL_SECONDS", "--cache-ttl-seconds", "cache-ttl-seconds in FILE, line 3,"
    bool isFileName = false; // NAME_FILE: the value stands in that file
};

// One layer: setting's environment name, or that with _FILE behind it → value.
using Layer = QMap<QString, Given>;

const Setting *settingOfOption(const QString &option)
{
    const QString name = option == u"database" ? u"database-url"_s : option;
    const auto &table = settingsTable();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const Setting &setting) { return setting.optionName() == name; });
    return found == table.end() ? nullptr : &*found;
}

// The key under which a layer keeps an option or file key. Returns: empty, when there is no such setting.
QString layerKey(const QString &option)
{
    if (const Setting *setting = settingOfOption(option))
        return setting->environmentName();
    if (!option.endsWith(u"-file"))
        return {};
    const Setting *setting = settingOfOption(option.chopped(5));
    return setting && setting->hasFile() ? setting->environmentName() + u"_FILE"_s : QString();
}

// What to say about a key that means nothing: the setting it may have been meant to be.
QString unknownKey(const QString &key)
{
    const QString likely = key.toLower().replace(u'_', u'-');
    if (likely != key && !layerKey(likely).isEmpty())
        return u"is no setting; allowed here is %1"_s.arg(likely);
    return u"is no setting; the manual (--help) lists them"_s;
}

Result<Layer> fileLayer(const ConfigSources &sources)
{
    Layer layer;
    if (sources.configFile.isEmpty())
        return layer;
    const auto lines = readConfigFile(sources.configFile);
    if (!lines) {
        if (lines.error().code == ErrorCode::NotFound && !sources.configFileRequired)
            return layer;
        return wrongSetting(u"The configuration file %1 cannot be used: %2"_s.arg(
            quoted(sources.configFile), QString::fromStdString(lines.error().detail)));
    }
    for (const ConfigLine &line : *lines) {
        const QString where =
            u"%1 in %2, line %3,"_s.arg(quoted(line.key).mid(1).chopped(1), sources.configFile).arg(line.line);
        const QString key = layerKey(line.key);
        if (key.isEmpty())
            return wrongSetting(where + u' ' + unknownKey(line.key));
        if (layer.contains(key))
            return wrongSetting(where + u" stands there twice; allowed is once"_s);
        layer[key] = {line.value, where, false};
    }
    return layer;
}

Layer environmentLayer(const QProcessEnvironment &environment)
{
    Layer layer;
    const auto take = [&](const QString &name) {
        if (environment.contains(name))
            layer[name] = {environment.value(name), name, false};
    };
    for (const Setting &setting : settingsTable()) {
        take(setting.environmentName());
        if (setting.hasFile())
            take(setting.environmentName() + u"_FILE"_s);
    }
    return layer;
}

Error secretOnCommandLine(const Setting &setting, const QString &option)
{
    const bool database = setting.secrecy == Secrecy::SecretPart;
    const QString what = database ? u"must not hold a password"_s : u"must not be given on the command line"_s;
    const QString instead = database ? u"DATABASE_URL, DATABASE_URL_FILE or ~/.pgpass"_s
                                     : u"%1 or %1_FILE"_s.arg(setting.environmentName());
    return {ErrorCode::InvalidArgument,
            u"--%1 %2, where everybody on this machine can read it: use %3"_s.arg(option, what, instead).toStdString()};
}

Result<Layer> commandLineLayer(const ConfigSources &sources)
{
    Layer layer;
    for (const auto &[option, value] : sources.commandLine) {
        const QString key = layerKey(option);
        if (key.isEmpty())
            return Error{ErrorCode::InvalidArgument, u"--%1 is no setting"_s.arg(option).toStdString()};
        const Setting *setting = settingOfOption(option);
        if (setting &&
            (setting->secrecy == Secrecy::Secret || (setting->secrecy == Secrecy::SecretPart && hasPassword(value))))
            return secretOnCommandLine(*setting, option);
        layer[key] = {value, u"--"_s + option, false};
    }
    return layer;
}

// An empty text is as good as none: a template that expanded to nothing must not hide a secret of the file.
bool isUnset(const Setting &setting, const Given &given)
{
    return given.value.isEmpty() && std::holds_alternative<FreeText>(setting.kind);
}

// What one layer says about a setting. Returns: BadData when it says it twice.
Result<std::optional<Given>> givenIn(const Layer &layer, const Setting &setting)
{
    const QString fileKey = setting.environmentName() + u"_FILE"_s;
    std::optional<Given> direct;
    if (const auto found = layer.find(setting.environmentName()); found != layer.end() && !isUnset(setting, *found))
        direct = *found;
    const auto file = layer.find(fileKey);
    if (file == layer.end() || file->value.isEmpty())
        return direct;
    if (direct)
        return wrongSetting(u"%1 is %2, but %3 is set too; allowed is one of them"_s.arg(
            file->where, quoted(file->value), direct->where));
    return std::optional(Given{file->value, file->where, true});
}

Result<QString> valueOf(const Given &given)
{
    if (!given.isFileName)
        return given.value;
    auto secret = readSecretFile(given.value);
    if (!secret)
        return wrongSetting(u"%1 is %2: %3; allowed is a readable file that holds the value"_s.arg(
            given.where, quoted(given.value), QString::fromStdString(secret.error().detail)));
    return secret;
}

Result<void> applyGiven(const Setting &setting, const Given &given, NodeConfig &config)
{
    const auto value = valueOf(given);
    if (!value)
        return value.error();
    const QString problem = setting.apply(config, *value);
    if (problem.isEmpty())
        return {};
    if (given.isFileName)
        return wrongSetting(
            u"%1 is %2: what stands in that file is refused: %3"_s.arg(given.where, quoted(given.value), problem));
    if (!setting.isShown(*value))
        return wrongSetting(given.where + u" is refused: "_s + problem);
    return wrongSetting(u"%1 is %2: %3"_s.arg(given.where, quoted(*value), problem));
}

Result<void> checkTogether(const NodeConfig &config)
{
    if (config.tlsCertificateFile.isEmpty() != config.tlsKeyFile.isEmpty()) {
        const bool noKey = config.tlsKeyFile.isEmpty();
        return wrongSetting(u"%1 is %2, but %3 is not set: allowed is both or neither"_s.arg(
            noKey ? u"HEARTH_TLS_CERT"_s : u"HEARTH_TLS_KEY"_s,
            quoted(noKey ? config.tlsCertificateFile : config.tlsKeyFile),
            noKey ? u"HEARTH_TLS_KEY"_s : u"HEARTH_TLS_CERT"_s));
    }
    return {};
}

QString helpOf(const Setting &setting)
{
    const QString help = QString::fromUtf8(setting.help);
    return setting.isForLater ? u"[checked, but not used by this version] "_s + help : help;
}

QString manualText(const Setting &setting)
{
    const QString defaultText = *setting.defaultText ? QString::fromLatin1(setting.defaultText) : u"not set"_s;
    QString text = u"%1: %2; default %3. Environment: %4"_s.arg(helpOf(setting), setting.allowed(), defaultText,
                                                                setting.environmentName());
    return text + u'.';
}

void addSetting(QCommandLineParser &parser, const Setting &setting)
{
    QStringList names{setting.optionName()};
    if (setting.environmentName() == u"DATABASE_URL")
        names.prepend(u"database"_s);
    const bool number = std::holds_alternative<WholeNumber>(setting.kind);
    QCommandLineOption option(names, manualText(setting), number ? u"number"_s : u"value"_s);
    // Known, so that its refusal can say what to use instead.
    if (setting.secrecy == Secrecy::Secret)
        option.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(option);
    if (!setting.hasFile())
        return;
    QString fileText = u"A file that holds %1. Environment: %1_FILE."_s.arg(setting.environmentName());
    if (setting.secrecy == Secrecy::Secret)
        fileText = u"%1 (%2), read from this file. Environment: %3_FILE, or the value itself in %3."_s.arg(
            helpOf(setting), setting.allowed(), setting.environmentName());
    parser.addOption(QCommandLineOption(setting.optionName() + u"-file"_s, fileText, u"file"_s));
}

} // namespace

Result<NodeConfig> readNodeConfig(const ConfigSources &sources)
{
    const auto file = fileLayer(sources);
    const auto commandLine = commandLineLayer(sources);
    if (!commandLine)
        return commandLine.error();
    if (!file)
        return file.error();
    const std::vector<Layer> layers{*commandLine, environmentLayer(sources.environment), *file};

    NodeConfig config;
    for (const Setting &setting : settingsTable()) {
        for (const Layer &layer : layers) {
            const auto given = givenIn(layer, setting);
            if (!given)
                return given.error();
            if (!*given)
                continue;
            if (const auto applied = applyGiven(setting, **given, config); !applied)
                return applied.error();
            break;
        }
    }
    if (const auto together = checkTogether(config); !together)
        return together.error();
    return config;
}

int exitCodeFor(const Error &error)
{
    return error.code == ErrorCode::InvalidArgument ? 2 : 78;
}

void addSettings(QCommandLineParser &parser)
{
    parser.addOption(QCommandLineOption(
        u"config"_s,
        u"A file of settings, each as \"cache-ttl-seconds = 1800\". The environment goes before the file, the command "
        "line before both."_s,
        u"file"_s));
    for (const Setting &setting : settingsTable())
        addSetting(parser, setting);
}

ConfigSources settingsSources(const QCommandLineParser &parser, const QString &defaultConfigFile)
{
    ConfigSources sources;
    sources.environment = QProcessEnvironment::systemEnvironment();
    sources.configFileRequired = parser.isSet(u"config"_s);
    sources.configFile = sources.configFileRequired ? parser.value(u"config"_s) : defaultConfigFile;
    QStringList names = parser.optionNames();
    names.removeDuplicates();
    for (const QString &name : names) {
        if (!layerKey(name).isEmpty())
            sources.commandLine.emplace_back(name, parser.value(name));
    }
    return sources;
}

QString userConfigFile(const QProcessEnvironment &environment)
{
    // As the specification says: a relative path there is no path.
    QString folder = environment.value(u"XDG_CONFIG_HOME"_s);
    if (!QDir::isAbsolutePath(folder))
        folder = environment.value(u"HOME"_s, QDir::homePath()) + u"/.config"_s;
    return folder + u"/hearth/hearth.conf"_s;
}

QStringList settingNames()
{
    QStringList names;
    for (const Setting &setting : settingsTable())
        names << setting.environmentName();
    return names;
}

} // namespace hearth
