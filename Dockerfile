# syntax=docker/dockerfile:1
# The service in one image; docs/deployment.md says how to use it, tests/deployment/image_steps.py runs these steps without Docker.

# Debian and Python as the tests have them.
ARG PYTHON=python:3.11.14-slim-bookworm


FROM ${PYTHON} AS wheel
ENV PIP_CACHE_DIR=/pip-cache
WORKDIR /src
COPY constraints.txt ./
RUN --mount=type=cache,target=/pip-cache \
    pip install --constraint constraints.txt hatchling
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY service service
COPY seeds/gold.jsonl seeds/gold.jsonl
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /dist .


FROM ${PYTHON} AS environment
# Where torch comes from. This is the build without CUDA; https://pypi.org/simple has the one with it.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_CACHE_DIR=/pip-cache
WORKDIR /src
RUN python -m venv --without-pip /opt/ainoi
COPY constraints.txt ./
RUN --mount=type=cache,target=/pip-cache \
    pip --python /opt/ainoi/bin/python install --constraint constraints.txt \
        --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch
COPY pyproject.toml ./
RUN --mount=type=cache,target=/pip-cache \
    python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
        print(*project["dependencies"], *project["optional-dependencies"]["service"], sep="\n")' > requirements.txt \
    && pip --python /opt/ainoi/bin/python install --constraint constraints.txt --requirement requirements.txt


FROM ${PYTHON}
LABEL org.opencontainers.image.title="Ainói" \
      org.opencontainers.image.description="Who said it? Quotes of Vietnamese news with their speakers" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 ainoi \
    && useradd --uid 10001 --gid ainoi --home-dir /data --no-create-home --shell /usr/sbin/nologin ainoi \
    && install --directory --owner=ainoi --group=ainoi --mode=0700 /data
# Three layers, the seldom changed first: other people's packages, our wheel with the model's weights, the scripts.
COPY --from=environment /opt/ainoi /opt/ainoi
RUN --mount=type=bind,from=wheel,source=/dist,target=/dist \
    pip --python /opt/ainoi/bin/python install --no-cache-dir --no-index --no-deps /dist/*.whl \
    && pip --python /opt/ainoi/bin/python check
COPY scripts/serve.py scripts/keys.py /app/
# The root file system may be read-only: nothing is written outside /data and /tmp.
ENV PATH=/opt/ainoi/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AINOI_DATA_DIR=/data \
    AINOI_HOST=0.0.0.0 \
    AINOI_PORT=8000
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['AINOI_PORT']), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "/app/serve.py"]
