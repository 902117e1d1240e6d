//! Simulated beside published: a scatter, and a row for every published share.

use super::Page;
use super::html;
use crate::figure::{
    Axes, Canvas, Frame, Whisker, dot, horizontal_whisker, line, nice_ticks, shorten,
};
use crate::number;
use crate::reading;
use psora_trial::{EndpointResult, Published};

/// A published share and the simulated one beside it.
struct Pair<'a> {
    arm: usize,
    row: &'a EndpointResult,
    published: &'a Published,
}

pub(super) fn agreement(page: &mut Page<'_>) -> String {
    let Some(agreement) = reading::agreement(page.result) else {
        return String::new();
    };
    let pairs = pairs(page);
    let mut html = html::section("agreement", "Simulated beside published");
    html.push_str(&page.legend(Some("simulated")));
    let panels = scatter(page, &pairs) + &dumbbells(page, &pairs);
    let caption = format!(
        "Left: each marker is one published share; on the diagonal the two agree, between the \
         thin lines they are within 10 points. Right: filled marker simulated, hollow marker \
         published, lines their Wilson 95% intervals. {}: mean absolute difference {:.1} points, \
         mean difference {} points, simulated share within the published interval in {} of {}.",
        number::counted(agreement.pairs, "pair"),
        agreement.mean_absolute * 100.0,
        number::points(agreement.bias),
        agreement.covered,
        agreement.pairs
    );
    html.push_str(&html::figure("medium", &panels, &caption));
    html.push_str("</section>\n");
    html
}

/// Every pair, by endpoint, then arm, then week.
fn pairs<'a>(page: &Page<'a>) -> Vec<Pair<'a>> {
    let endpoints = reading::endpoints(page.result);
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    for endpoint in endpoints {
        for (arm, values) in page.result.arms.iter().enumerate() {
            let mut rows: Vec<_> = values
                .endpoints
                .iter()
                .filter(|row| row.endpoint == endpoint && row.rate.is_finite())
                .filter_map(|row| {
                    Some(Pair {
                        arm,
                        row,
                        published: row.published.as_ref()?,
                    })
                })
                .collect();
            rows.sort_by(|a, b| a.row.week.total_cmp(&b.row.week));
            pairs.extend(rows);
        }
    }
    pairs
}

fn scatter(page: &mut Page<'_>, pairs: &[Pair<'_>]) -> String {
    let mut canvas = Canvas::new(400.0, 400.0);
    let frame = Frame::linear([42.0, 36.0, 386.0, 360.0], (0.0, 100.0), (0.0, 100.0));
    let ticks = nice_ticks(0.0, 100.0, 5);
    frame.draw(
        &mut canvas,
        &Axes {
            title: "Responders, %",
            x_title: "published, %",
            y_title: "simulated, %",
            x_ticks: &ticks,
            y_ticks: &ticks,
        },
    );
    canvas.path("identity", &line(&frame, [(0.0, 0.0), (100.0, 100.0)]));
    canvas.path("grid strong", &line(&frame, [(0.0, 10.0), (90.0, 100.0)]));
    canvas.path("grid strong", &line(&frame, [(10.0, 0.0), (100.0, 90.0)]));
    for pair in pairs {
        let class = page.palette.class(pair.arm);
        let at = frame.at(pair.published.rate * 100.0, pair.row.rate * 100.0);
        let interval = pair.published.interval;
        canvas.line(
            &format!("{class} whisker faint"),
            (frame.x.at(interval.low * 100.0), at.1),
            (frame.x.at(interval.high * 100.0), at.1),
        );
        dot(&mut canvas, &format!("{class} simulated"), pair.arm, at);
    }
    canvas.finish(
        &mut page.ids,
        "Simulated against published shares of responders",
        "Scatter with the published share to the right and the simulated share upwards.",
    )
}

fn dumbbells(page: &mut Page<'_>, pairs: &[Pair<'_>]) -> String {
    const ROW: f64 = 15.0;
    let groups = 1 + pairs
        .windows(2)
        .filter(|w| w[0].row.endpoint != w[1].row.endpoint)
        .count();
    let bottom = 40.0 + ROW * (pairs.len() + groups) as f64;
    let mut canvas = Canvas::new(400.0, bottom + 34.0);
    let frame = Frame::linear([150.0, 36.0, 390.0, bottom], (0.0, 100.0), (0.0, 1.0));
    frame.draw(
        &mut canvas,
        &Axes {
            title: "Every published share",
            x_title: "responders, %",
            y_title: "",
            x_ticks: &nice_ticks(0.0, 100.0, 5),
            y_ticks: &[],
        },
    );
    let mut y = 36.0;
    let mut last = "";
    for pair in pairs {
        if pair.row.endpoint != last {
            last = &pair.row.endpoint;
            y += ROW;
            canvas.text("group", (4.0, y + 4.0), &reading::endpoint_title(last));
        }
        y += ROW;
        let class = page.palette.class(pair.arm);
        let name = shorten(page.palette.short(pair.arm), 15);
        canvas.text(
            "tick end",
            (142.0, y + 3.5),
            &format!("{name}, week {}", number::week(pair.row.week)),
        );
        let published = Whisker {
            at: 0.0,
            value: pair.published.rate * 100.0,
            low: pair.published.interval.low * 100.0,
            high: pair.published.interval.high * 100.0,
        };
        let simulated = Whisker {
            at: 0.0,
            value: pair.row.rate * 100.0,
            low: pair.row.interval.low * 100.0,
            high: pair.row.interval.high * 100.0,
        };
        horizontal_whisker(
            &mut canvas,
            &frame,
            &format!("{class} published"),
            pair.arm,
            published,
            y + 2.0,
        );
        horizontal_whisker(
            &mut canvas,
            &frame,
            &format!("{class} simulated"),
            pair.arm,
            simulated,
            y - 2.0,
        );
    }
    canvas.finish(
        &mut page.ids,
        "Every published share beside the simulated one",
        "One row for each arm, endpoint and week; the numbers are in the table of all shares.",
    )
}
