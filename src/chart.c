/* chart.c - lines over updates, as an SVG file that any browser shows */
#include "chart.h"

#include <math.h>
#include <stdio.h>

#include "commands.h"
#include "file.h"

/* Sizes in pixels. */
static const double width = 860.0;
static const double left = 80.0;
static const double right = 30.0;
static const double head = 84.0; /* title and legend */
static const double panel_height = 260.0;
static const double panel_gap = 56.0; /* above each panel, for its title */
static const double foot = 56.0;

/* The place of the panel that is being drawn. */
struct frame {
    FILE *stream;
    const struct chart_panel *panel;
    double top;
    double x_high;
};

static double place_x(const struct frame *frame, double x)
{
    return left + (width - left - right) * x / frame->x_high;
}

static double place_y(const struct frame *frame, double y)
{
    const struct chart_panel *panel = frame->panel;
    double share;

    if (panel->logarithmic) {
        share = (log10(y) - log10(panel->low)) / (log10(panel->high) - log10(panel->low));
    } else {
        share = (y - panel->low) / (panel->high - panel->low);
    }
    share = share < 0.0 ? 0.0 : share > 1.0 ? 1.0 : share;
    return frame->top + panel_height * (1.0 - share);
}

/* A horizontal line with its label. */
static void draw_y_tick(const struct frame *frame, double y)
{
    const double at = place_y(frame, y);
    const int percent = frame->panel->percent;

    fprintf(frame->stream,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>\n"
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%g%s</text>\n",
            left, width - right, at, at, left - 8.0, at + 4.0, percent ? 100.0 * y : y,
            percent ? " %" : "");
}

static void draw_y_axis(const struct frame *frame)
{
    const struct chart_panel *panel = frame->panel;
    double y;

    if (panel->logarithmic) {
        for (y = panel->low; y <= panel->high * 1.001; y *= 10.0) {
            draw_y_tick(frame, y);
        }
    } else {
        const double step = (panel->high - panel->low) / 4.0;

        for (y = panel->low; y <= panel->high + step / 2.0; y += step) {
            draw_y_tick(frame, y);
        }
    }
}

/* The x axis with four to ten round labels. */
static void draw_x_axis(const struct frame *frame)
{
    const double bottom = frame->top + panel_height;
    double step = pow(10.0, floor(log10(frame->x_high)));
    double x;

    if (frame->x_high / step < 2.0) {
        step /= 5.0;
    } else if (frame->x_high / step < 5.0) {
        step /= 2.0;
    }
    fprintf(frame->stream,
            "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#333333\"/>\n", left,
            width - right, bottom, bottom);
    for (x = 0.0; x <= frame->x_high; x += step) {
        fprintf(frame->stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>\n",
                place_x(frame, x), bottom + 18.0, x);
    }
}

static void draw_series(const struct frame *frame, const struct chart_series *series)
{
    size_t i;

    fprintf(frame->stream, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
            series->colour);
    for (i = 0; i < series->count; i++) {
        if (!frame->panel->logarithmic || series->y[i] > 0.0) {
            fprintf(frame->stream, "%.1f,%.1f ", place_x(frame, series->x[i]),
                    place_y(frame, series->y[i]));
        }
    }
    fputs("\"/>\n", frame->stream);
}

static void draw_panel(const struct frame *frame)
{
    const struct chart_panel *panel = frame->panel;
    size_t i;

    fprintf(frame->stream, "<text x=\"%.1f\" y=\"%.1f\" font-weight=\"bold\">%s</text>\n", left,
            frame->top - 12.0, panel->title);
    draw_y_axis(frame);
    draw_x_axis(frame);
    for (i = 0; i < panel->count; i++) {
        draw_series(frame, &panel->series[i]);
    }
}

/* The names of the lines, side by side under the title. */
static void draw_legend(FILE *stream, const struct chart_panel *panel)
{
    size_t i;

    for (i = 0; i < panel->count; i++) {
        const double x = left + 230.0 * (double)i;

        fprintf(stream,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"56\" y2=\"56\" stroke=\"%s\" "
                "stroke-width=\"4\"/>\n<text x=\"%.1f\" y=\"60\">%s</text>\n",
                x, x + 24.0, panel->series[i].colour, x + 32.0, panel->series[i].name);
    }
}

int chart_write(const char *path, const char *title, const char *x_title, double x_high,
                const struct chart_panel *panels, size_t panel_count)
{
    const double height = head + (panel_gap + panel_height) * (double)panel_count + foot;
    struct file_writer writer;
    struct frame frame;
    size_t i;

    if (file_begin(&writer, path) != 0) {
        return EXIT_FAILED;
    }
    fprintf(writer.stream,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
            "width=\"%.0f\" height=\"%.0f\" font-family=\"sans-serif\" font-size=\"13\">\n"
            "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
            "<text x=\"%.1f\" y=\"32\" font-size=\"18\" font-weight=\"bold\">%s</text>\n",
            width, height, width, height, title, left, title);
    draw_legend(writer.stream, &panels[0]);
    frame.stream = writer.stream;
    frame.x_high = x_high;
    for (i = 0; i < panel_count; i++) {
        frame.panel = &panels[i];
        frame.top = head + panel_gap * (double)(i + 1) + panel_height * (double)i - 16.0;
        draw_panel(&frame);
    }
    fprintf(writer.stream, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n</svg>\n",
            (left + width - right) / 2.0, height - 22.0, x_title);
    return file_commit(&writer);
}
