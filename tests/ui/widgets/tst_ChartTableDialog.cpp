// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartTableDialog.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTest>

#include <cmath>

using namespace hearth;

class ChartTableDialogTest final : public QObject
{
    Q_OBJECT

private:
    // Three moments: gets 5, 20, 10; loads 1, none, 3.
    static std::unique_ptr<ChartTableDialog> dialog()
    {
        TimeSeriesData data;
        data.now = 102;
        data.times = {100, 101, 102};
        data.values = {{5, 20, 10}, {1, std::nan(""), 3}};
        const std::vector<SeriesSpec> specs{{QStringLiteral("gets")}, {QStringLiteral("loads")}};
        auto made = std::make_unique<ChartTableDialog>(
            QStringLiteral("Traffic"), data, specs,
            ChartTableDialog::Formatters{[](double value) { return QString::number(value); },
                                         [](double ago) { return QStringLiteral("%1 s ago").arg(ago); },
                                         [](double ago) { return QStringLiteral("UTC <%1>").arg(ago); }},
            nullptr);
        made->setAttribute(Qt::WA_DeleteOnClose, false);
        made->show();
        made->activateWindow();
        [&made] { QVERIFY(QTest::qWaitForWindowActive(made.get())); }();
        return made;
    }
    static QStringList column(const QTableView &table, int number)
    {
        QStringList texts;
        for (int row = 0; row < table.model()->rowCount(); ++row)
            texts << table.model()->index(row, number).data().toString();
        return texts;
    }

private Q_SLOTS:
    void theNewestStandsFirst()
    {
        const auto shown = dialog();
        auto *table = shown->findChild<QTableView *>();
        const QAbstractItemModelTester tester(table->model());

        QCOMPARE(column(*table, 0), QStringList({"0 s ago", "1 s ago", "2 s ago"}));
        QCOMPARE(column(*table, 2), QStringList({"3", "no data", "1"}));
        QVERIFY(table->hasFocus());
    }

    void aHeaderSortsByNumberNotByText()
    {
        const auto shown = dialog();
        auto *table = shown->findChild<QTableView *>();
        const QAbstractItemModelTester tester(table->model());

        table->sortByColumn(1, Qt::AscendingOrder);

        QCOMPARE(column(*table, 1), QStringList({"5", "10", "20"}));
        table->sortByColumn(2, Qt::DescendingOrder);
        QCOMPARE(column(*table, 2), QStringList({"3", "1", "no data"}));
        table->sortByColumn(2, Qt::AscendingOrder);
        QCOMPARE(column(*table, 2), QStringList({"1", "3", "no data"}));
    }

    void selectedRowsAreCopiedWithTheirHeader()
    {
        const auto shown = dialog();
        auto *table = shown->findChild<QTableView *>();
        table->clearSelection();
        table->setFocus();
        table->selectRow(1);

        QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);

        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("time\tgets\tloads\n1 s ago\t20\tno data\n"));
        QCOMPARE(shown->findChild<QLabel *>(QStringLiteral("said"))->text(), QStringLiteral("Copied 1 row."));
    }

    void allIsCopiedAsItIsSorted()
    {
        const auto shown = dialog();
        shown->findChild<QTableView *>()->sortByColumn(0, Qt::AscendingOrder);

        const auto buttons = shown->findChildren<QPushButton *>();
        const auto copy = std::find_if(buttons.begin(), buttons.end(),
                                       [](const QPushButton *button) { return button->text() == "Copy all"; });
        QTest::mouseClick(*copy, Qt::LeftButton);

        QCOMPARE(QApplication::clipboard()->text(), shown->asText());
        QVERIFY(shown->asText().startsWith("time\tgets\tloads\n2 s ago\t5\t1\n"));
    }

    void theTipOfATimeIsPlainText()
    {
        const auto shown = dialog();
        const QModelIndex newest = shown->findChild<QTableView *>()->model()->index(0, 0);

        QVERIFY(newest.data(Qt::ToolTipRole).toString().contains("UTC"));
        QVERIFY(!Qt::mightBeRichText(newest.data(Qt::ToolTipRole).toString()) ||
                newest.data(Qt::ToolTipRole).toString().contains("&lt;0&gt;"));
    }
};

QTEST_MAIN(ChartTableDialogTest)
#include "tst_ChartTableDialog.moc"
