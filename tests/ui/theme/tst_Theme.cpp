// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Icon.h"
#include "ui/theme/ThemeController.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

using namespace hearth;

class TestTheme final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySeriesStandsOutOnItsPanel_data();
    void everySeriesStandsOutOnItsPanel();
    void wordsCanBeRead_data();
    void wordsCanBeRead();
    void modeSwitchesLive();
    void followsThePlatformOnlyInSystemMode();
    void digitsAreTabular();
    void everyGlyphIsDrawn();
    void iconsFollowTheTheme();
    void iconsAreSharpAtTwiceTheResolution();
};

static void bothThemes()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void TestTheme::everySeriesStandsOutOnItsPanel_data()
{
    bothThemes();
}

void TestTheme::everySeriesStandsOutOnItsPanel()
{
    QFETCH(bool, dark);
    const Theme &theme = dark ? Theme::dark() : Theme::light();
    for (const QColor &colour : theme.series)
        QVERIFY2(contrastRatio(colour, theme.panel) >= 3.0, qPrintable(colour.name()));
}

void TestTheme::wordsCanBeRead_data()
{
    bothThemes();
}

void TestTheme::wordsCanBeRead()
{
    QFETCH(bool, dark);
    const Theme &theme = dark ? Theme::dark() : Theme::light();
    const std::pair<QColor, QColor> pairs[] = {
        {theme.text, theme.panel},        {theme.text, theme.ground},
        {theme.text, theme.selection},    {theme.text, theme.warningGround},
        {theme.text, theme.errorGround},  {theme.quiet, theme.panel},
        {theme.quiet, theme.ground},      {theme.quiet, theme.rail},
        {theme.quiet, theme.selection},   {theme.ok, theme.panel},
        {theme.warning, theme.panel},     {theme.error, theme.panel},
        {theme.accentText, theme.accent}, {theme.accentText, theme.accentHover},
        {theme.error, theme.errorGround}, {theme.warning, theme.warningGround},
    };
    for (const auto &[text, ground] : pairs)
        QVERIFY2(contrastRatio(text, ground) >= 4.5, qPrintable(text.name() + QStringLiteral(" on ") + ground.name()));
}

void TestTheme::modeSwitchesLive()
{
    ThemeController controller(*qApp);
    QLabel label(QStringLiteral("open all day"));
    label.show();
    controller.setMode(ThemeController::Mode::Light);
    QSignalSpy changes(&controller, &ThemeController::themeChanged);

    controller.setMode(ThemeController::Mode::Dark);

    QCOMPARE(changes.count(), 1);
    QVERIFY(controller.theme().isDark);
    QVERIFY(Theme::of(&label).isDark);
    QCOMPARE(label.palette().color(QPalette::WindowText), Theme::dark().text);
}

void TestTheme::followsThePlatformOnlyInSystemMode()
{
    ThemeController controller(*qApp);
    controller.setMode(ThemeController::Mode::System);
    QPalette desktop;
    desktop.setColor(QPalette::Window, Qt::black);
    desktop.setColor(QPalette::WindowText, Qt::white);

    QApplication::setPalette(desktop);
    QCoreApplication::processEvents();
    QVERIFY(controller.theme().isDark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().ground);

    controller.setMode(ThemeController::Mode::Light);
    QApplication::setPalette(desktop);
    QCoreApplication::processEvents();
    QVERIFY(!controller.theme().isDark);
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::light().ground);
}

void TestTheme::digitsAreTabular()
{
    const ThemeController controller(*qApp);
    QVERIFY2(QFontDatabase::hasFamily(QStringLiteral("Noto Sans")), "fonts-noto-core is not installed; ./test does it");
    for (const auto role : {TextRole::Small, TextRole::Body, TextRole::Value}) {
        const QFontMetricsF metrics(textFont(role));
        const double one = metrics.horizontalAdvance(QLatin1Char('1'));
        for (const char digit : {'0', '4', '7', '8'})
            QCOMPARE(metrics.horizontalAdvance(QLatin1Char(digit)), one);
    }
}

static bool hasInk(const QImage &image)
{
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y).alpha() > 0)
                return true;
        }
    }
    return false;
}

void TestTheme::everyGlyphIsDrawn()
{
    for (int glyph = 0; glyph <= static_cast<int>(Glyph::Remove); ++glyph) {
        const QImage image = icon(static_cast<Glyph>(glyph)).pixmap(QSize(24, 24)).toImage();
        QVERIFY2(hasInk(image), qPrintable(QString::number(glyph)));
    }
}

void TestTheme::iconsFollowTheTheme()
{
    ThemeController controller(*qApp);
    controller.setMode(ThemeController::Mode::Light);
    const QIcon tinted = icon(Glyph::Pause);
    const QImage before = tinted.pixmap(QSize(24, 24)).toImage();

    controller.setMode(ThemeController::Mode::Dark);

    QVERIFY(before != tinted.pixmap(QSize(24, 24)).toImage());
}

void TestTheme::iconsAreSharpAtTwiceTheResolution()
{
    const QPixmap pixmap = icon(Glyph::Search).pixmap(QSize(24, 24), 2.0);
    QCOMPARE(pixmap.size(), QSize(48, 48));
    QCOMPARE(pixmap.devicePixelRatio(), 2.0);
}

QTEST_MAIN(TestTheme)
#include "tst_Theme.moc"
