# One image for every process; docker-compose.yml says which command each of them runs.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PYTHONDONTWRITEBYTECODE=1
COPY requirements-server.lock ./
RUN python -m venv /opt/osteodb \
    && /opt/osteodb/bin/pip install --no-cache-dir --disable-pip-version-check \
       --require-hashes -r requirements-server.lock

FROM python:3.13-slim
ENV PATH=/opt/osteodb/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OSTEODB_BIND=0.0.0.0
RUN useradd --system --create-home --uid 10001 osteodb
WORKDIR /app
COPY --from=build /opt/osteodb /opt/osteodb
COPY . .
# Static files belong to the image; the settings are complete only in name here.
RUN DEBUG=1 DATABASE_URL=postgres:///none python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R osteodb var
USER osteodb
EXPOSE 8000
CMD ["gunicorn", "-c", "python:osteodb.gunicorn_conf"]
