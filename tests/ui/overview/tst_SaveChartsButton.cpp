// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/SaveChartsButton.h"

#include <QFileDialog>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace hearth;
using namespace Qt::StringLiterals;

class tst_SaveChartsButton : public QObject
{
    Q_OBJECT

private:
    static void show(QWidget &widget)
    {
        widget.show();
        QApplication::setActiveWindow(&widget);
        QVERIFY(QTest::qWaitForWindowActive(&widget));
    }

private Q_SLOTS:
    void ctrlSOpensTheMenuWhereverTheFocusIs()
    {
        QWidget window;
        auto *other = new QPushButton(&window);
        auto *button = new SaveChartsButton(&window);
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(other);
        layout->addWidget(button);
        show(window);
        other->setFocus();

        QTest::keyClick(other, Qt::Key_S, Qt::ControlModifier);

        auto *menu = button->findChild<QMenu *>();
        QVERIFY(menu->isVisible());
        QCOMPARE(menu->actions().size(), 3);
        QCOMPARE(menu->activeAction(), menu->actions().constFirst()); // Enter saves a picture
        menu->close();
    }

    void hiddenItHearsNothing()
    {
        QWidget window;
        auto *button = new SaveChartsButton(&window);
        show(window);
        button->hide();

        QTest::keyClick(&window, Qt::Key_S, Qt::ControlModifier);

        QVERIFY(!button->findChild<QMenu *>()->isVisible());
    }

    void aFileIsAskedFor_data()
    {
        QTest::addColumn<ChartsFormat>("format");
        QTest::addColumn<QString>("suffix");
        QTest::newRow("PNG") << ChartsFormat::Png << u".png"_s;
        QTest::newRow("SVG") << ChartsFormat::Svg << u".svg"_s;
        QTest::newRow("CSV") << ChartsFormat::Csv << u".csv"_s;
    }
    void aFileIsAskedFor()
    {
        QFETCH(ChartsFormat, format);
        QFETCH(QString, suffix);
        const QTemporaryDir folder;
        SaveChartsButton button;
        show(button);
        QSignalSpy chosen(&button, &SaveChartsButton::fileChosen);

        button.askForFile(format);
        auto *dialog = button.findChild<QFileDialog *>();
        QVERIFY(dialog->selectedFiles().constFirst().endsWith(suffix)); // a name is proposed
        dialog->setDirectory(folder.path());
        dialog->selectFile(folder.filePath(u"mine"_s));
        static_cast<QDialog *>(dialog)->accept();

        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].value<ChartsFormat>(), format);
        QCOMPARE(chosen[0][1].toString(), folder.filePath(u"mine"_s + suffix));
    }
};

QTEST_MAIN(tst_SaveChartsButton)
#include "tst_SaveChartsButton.moc"
